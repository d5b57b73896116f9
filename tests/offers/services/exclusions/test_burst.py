"""More events within a minute than people cause."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from offers.services.exclusions.burst import WINDOW
from tests.offers.reported import AT, OFFER, decided, exclusions, report, sent
from tests.support.refusals import refused_by

pytestmark = pytest.mark.django_db
NETWORK = "192.0.2.1"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.AWASE_EVENTS_PER_VISITOR, settings.AWASE_EVENTS_PER_ADDRESS = 3, 5


def test_burst__of_a_visitor__counts_up_to_the_limit_and_again_after_a_minute() -> None:
    report(*[sent(f"a-{n}", "impression", decided()) for n in range(2)])
    report(*[sent(f"b-{n}", "impression", decided()) for n in range(2)])
    report(sent("other", "impression", decided(), session="s-2"))
    report(sent("soon", "impression", decided()), at=AT + WINDOW - timedelta(microseconds=1))

    report(sent("later", "impression", decided()), at=AT + WINDOW)

    counted = [name for name, reason in exclusions().items() if not reason]
    assert sorted(exclusions().values()) == ["", "", "", "", "", "burst", "burst"]
    assert {"a-0", "a-1", "other", "later"} < set(counted)
    assert exclusions()["soon"] == "burst"


def test_burst__of_a_network__counts_up_to_the_limit_of_all_its_visitors() -> None:
    for n in range(7):
        report(sent(f"e-{n}", "impression", decided(), session=f"s-{n}"), network=NETWORK)
    report(sent("elsewhere", "impression", decided(), session="s-9"), network="192.0.2.2")
    report(sent("server", "impression", decided(), session="s-10"))

    expected = {f"e-{n}": "" for n in range(5)} | {"e-5": "burst", "e-6": "burst"}
    assert exclusions() == expected | {"elsewhere": "", "server": ""}


def test_burst__resent_and_repeated_events__take_nothing_from_the_limit() -> None:
    shown = decided()
    batch = [sent("a", "impression", shown), sent("b", "impression", shown), sent("c", "impression", shown)]
    report(*batch)
    report(*batch)

    report(sent("d", "impression", decided()), sent("e", "impression", decided()))

    assert exclusions() == {"a": "", "b": "repeat", "c": "repeat", "d": "", "e": ""}


def test_burst__declines_beyond_the_limit__are_not_remembered() -> None:
    report(*[sent(f"seen-{n}", "impression", decided(), customer="c-1") for n in range(3)])

    report(sent("no", "decline", decided(), customer="c-1"))
    report(sent("other", "decline", decided(), customer="c-2"))

    assert exclusions()["no"] == "burst"
    assert [refused_by(name, AT).offers for name in ("c-1", "c-2")] == [frozenset(), {OFFER}]
