"""What customers decline: known for a while, lifted by hand or by a purchase."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from engine.restraint import LedgerEntry
from offers.models import Customer
from offers.services.restraint.ledger import Person, add_entries
from offers.services.restraint.refusals import Refused, lift_bought, lift_refusals, list_refusals
from tests.offers.reported import AT
from tests.support.refusals import refuse, refused_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("snapshot_dir")]
DAY = timedelta(days=1)
NOW = int(AT.timestamp())


@pytest.fixture
def aki(db: None) -> Customer:
    del db
    return Customer.objects.create(external_id="aki")


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (29.99, True), (30, False), (400, False)])
def test_refusal__after_the_days_of_the_shop__is_over(
    aki: Customer, settings: Settings, days: float, *, is_known: bool
) -> None:
    settings.AWASE_DECLINE_DAYS = 30
    refuse(aki, offers=["cups"], products=["cup"], at=AT)

    known = refused_by("aki", AT + days * DAY)

    assert (bool(known.offers), bool(known.products)) == (is_known, is_known)


@pytest.mark.parametrize(
    ("skus", "placed_at", "left"),
    [
        (["cup"], AT + DAY, {"pot", "cup tea"}),
        (["cup", "tea"], AT + DAY, {"pot"}),
        (["cup"], AT - DAY, {"cup", "pot", "cup tea"}),
        (["jam"], AT + DAY, {"cup", "pot", "cup tea"}),
    ],
)
def test_lift_bought__products_bought_after_the_refusal__are_shown_again(
    aki: Customer, skus: list[str], placed_at: "object", left: set[str]
) -> None:
    entries = [
        LedgerEntry("declined", NOW, subject=offer, products=key)
        for offer, key in (("cups", "cup"), ("pots", "pot"), ("sets", "cup tea"))
    ]
    add_entries(person=Person(aki.pk), entries=entries)

    lift_bought(customer=aki.pk, products=dict.fromkeys(skus, 0), placed_at=placed_at)  # type: ignore[arg-type] # a moment

    assert refused_by("aki", AT + DAY) == Refused(frozenset({"cups", "pots", "sets"}), frozenset(left))


def test_lift_refusal__offer_or_products__leaves_the_other(aki: Customer) -> None:
    person = Person(aki.pk)
    add_entries(person=person, entries=[LedgerEntry("never", NOW, subject="cups", products="cup")])

    assert lift_refusals(person=person, subjects=[("offer", "cups")])
    assert refused_by("aki", AT) == Refused(frozenset(), frozenset({"cup"}))
    assert lift_refusals(person=person, subjects=[("product", "cup")])
    assert not lift_refusals(person=person, subjects=[("product", "cup")])
    assert not lift_refusals(person=Person(0), subjects=[("offer", "cups")])
    assert refused_by("aki", AT) == Refused()


def test_list_refusals__says_why_since_when_and_until(aki: Customer) -> None:
    add_entries(
        person=Person(aki.pk),
        entries=[
            LedgerEntry("declined", NOW, subject="cups"),
            LedgerEntry("never", NOW - 60, "category", "7"),
            LedgerEntry("later", NOW - 90, subject="pots", until=NOW + 86_400),
        ],
    )

    found = list_refusals(person=Person(aki.pk), at=AT)

    assert [(one.scope, one.name, one.reason, one.said_at, one.until) for one in found] == [
        ("offer", "cups", "declined", AT, AT + 90 * DAY),
        ("category", "7", "never", AT - timedelta(seconds=60), None),
        ("offer", "pots", "later", AT - timedelta(seconds=90), AT + DAY),
    ]
