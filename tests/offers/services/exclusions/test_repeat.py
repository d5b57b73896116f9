"""One event of each type counts for one decision, offer, position and person."""

from datetime import timedelta

import pytest
from django.db import connection

from offers.models import Customer, Event
from offers.services.exclusions import Arrival
from offers.services.exclusions.repeat import person_of
from offers.services.restraint.ledger import Person, read_ledger
from tests.offers.reported import AT, OFFER, decided, exclusions, plausible, report, sent
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def test_repeat__in_a_batch_and_over_batches__is_stored_and_not_counted() -> None:
    shown = decided()

    accepted = [
        report(sent("a", "impression", shown), sent("b", "impression", shown)),
        report(sent("c", "impression", shown), sent("a", "impression", shown)),
    ]

    assert accepted == [2, 1]
    assert exclusions() == {"a": "", "b": "repeat", "c": "repeat"}


def test_repeat__each_part_that_differs__counts_on_its_own() -> None:
    shown, other = decided(), decided()

    report(
        sent("a", "impression", shown),
        sent("b", "impression", other),
        sent("c", "decline", shown),
        sent("d", "dismiss", shown),
        sent("e", "impression", shown, session="s-2"),
        sent("f", "impression", shown, customer="c-1"),
    )

    assert set(exclusions().values()) == {""}


def test_repeat__decline_of_the_same_customer__does_not_prolong_the_first() -> None:
    shown = decided()
    report(sent("a", "decline", shown, customer="c-1"))

    report(sent("b", "decline", shown, customer="c-1"), at=AT + timedelta(days=1))

    (entry,) = read_ledger(person=Person(Customer.objects.get().pk))
    assert (entry.subject, entry.at) == (OFFER, int(AT.timestamp()))


def test_repeat__decision_of_one_call__has_one_person_whatever_is_said() -> None:
    shown = decided(key=7)

    report(*[sent(f"e-{n}", "impression", shown, session=f"s-{n}") for n in range(5)])

    assert sorted(exclusions().values()) == ["", *["repeat"] * 4]


def test_person__of_a_shared_decision__is_the_customer_else_the_session_else_the_network() -> None:
    here, there = Arrival(at=AT, network="192.0.2.1"), Arrival(at=AT, network="192.0.2.2")
    known, unknown = plausible(customer="c-1", session="s-1"), plausible()

    assert person_of(known, here) == person_of(plausible(customer="c-1"), there)
    assert person_of(plausible(session="c-1"), here) not in {person_of(known, here), ""}
    assert person_of(unknown, here) != person_of(unknown, there)
    assert person_of(unknown, here) != person_of(plausible(decision="d-2"), here)
    assert "192.0.2" not in person_of(unknown, here)
    assert person_of(unknown, Arrival(at=AT)) == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_repeat__from_many_at_once__counts_once_and_every_click_finds_its_impression() -> None:
    decisions = [decided() for _ in range(20)]

    def send(number: int) -> int:
        kind = "click" if number % 2 else "impression"
        events = [sent(f"{kind}-{number}-{n}", kind, shown) for n, shown in enumerate(decisions)]
        return report(*(events if number % 3 else events[::-1]))

    accepted = at_once(send, 8)

    assert sum(accepted) == Event.objects.count() == 160
    assert Event.objects.counted().filter(type="impression").count() == 20
    assert Event.objects.counted().filter(type="click").count() == 20
