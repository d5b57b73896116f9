"""What no policy asks for any more is forgotten."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from engine.restraint import LedgerEntry
from offers.models import PersonLedger
from offers.services.restraint.forget import forget_entries
from offers.services.restraint.ledger import Person, add_entries, read_ledger
from offers.tasks import forget_entries as task
from tests.offers.reported import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("snapshot_dir")]
NOW = int(AT.timestamp())
AKI, BEN = Person(visitor="aki"), Person(visitor="ben")
DAY = timedelta(days=1)


def test_forget_entries__old_ones__are_deleted_and_what_has_no_end_stays(settings: Settings) -> None:
    settings.AWASE_DECLINE_DAYS = 30
    add_entries(
        person=AKI,
        entries=[
            LedgerEntry("shown", NOW, subject="cups"),
            LedgerEntry("declined", NOW, subject="cups"),
            LedgerEntry("never", NOW, subject="pots"),
        ],
    )
    add_entries(person=BEN, entries=[LedgerEntry("declined", NOW, subject="cups")])

    counts = [forget_entries(at=AT + days * DAY) for days in (1, 15, 16, 31, 32)]

    assert counts == [0, 1, 0, 2, 0]
    assert [one.outcome for one in read_ledger(person=AKI)] == ["never"]
    assert list(PersonLedger.objects.values_list("visitor", "forget_at")) == [("aki", None)]
    assert task() == 0
