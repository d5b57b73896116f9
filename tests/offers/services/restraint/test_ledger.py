"""Ledgers in the database: exact, merged at login, bounded."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from engine.restraint import LedgerEntry
from offers.models import Customer, PersonLedger
from offers.services.restraint.ledger import Person, add_entries, lock_ledgers, merge_ledgers, read_ledger
from tests.offers.reported import AT, OFFER, decided, report, sent
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
NOW = int(AT.timestamp())
VISITOR = Person(visitor="s-1")


def entry(outcome: str = "shown", ago: int = 0) -> LedgerEntry:
    return LedgerEntry(outcome, NOW - ago, subject="cups")  # type: ignore[arg-type] # one of the outcomes


def outcomes_of(person: Person) -> list[str]:
    return [one.outcome for one in read_ledger(person=person)]


def customer_person(name: str = "c-1") -> Person:
    return Person(Customer.objects.get(external_id=name).pk)


def test_events__counted_ones__enter_the_ledger_with_channel_and_products() -> None:
    report(sent("a", "impression", decided(), customer="c-1"))

    (found,) = read_ledger(person=customer_person())

    assert (found.outcome, found.at, found.subject, found.products) == ("shown", NOW, OFFER, "981760 珈琲-1")
    assert (found.channel, found.placement) == ("web", "cart")


def test_events__bots_repeats_and_clicks_without_a_view__do_not() -> None:
    shown = decided()
    report(sent("bot", "decline", shown, customer="c-1"), user_agent="Googlebot/2.1")
    report(sent("a", "decline", shown, customer="c-1"), sent("b", "decline", shown, customer="c-1"))
    report(sent("c", "click", shown, customer="c-1"))

    assert outcomes_of(customer_person()) == ["declined"]


def test_click__whose_view_arrives_later__enters_once() -> None:
    shown = decided()
    report(sent("click", "click", shown, customer="c-1"))
    for name in ("seen", "again"):
        report(sent(name, "impression", shown, customer="c-1"), at=AT + timedelta(seconds=5))

    assert sorted(outcomes_of(customer_person())) == ["clicked", "shown"]


def test_visitor__who_logs_in__takes_everything_along() -> None:
    report(sent("a", "impression", first := decided()), sent("b", "dismiss", first))
    before = outcomes_of(VISITOR)

    report(sent("c", "impression", decided(), customer="c-1"))

    assert before == ["dismissed", "shown"]
    assert sorted(outcomes_of(customer_person())) == ["dismissed", "shown", "shown"]
    assert not PersonLedger.objects.filter(visitor="s-1").exists()


def test_decline__repeated_after_the_login__is_not_counted_twice() -> None:
    shown = decided(key=7)
    report(sent("a", "decline", shown))

    report(sent("b", "decline", shown, customer="c-1"))

    assert outcomes_of(customer_person()) == ["declined"]


def test_merge_ledgers__called_again_or_of_a_stranger__changes_nothing() -> None:
    into = Person(Customer.objects.create(external_id="c-1").pk)
    add_entries(person=VISITOR, entries=[entry(), entry(), entry("declined", 9)])
    add_entries(person=into, entries=[entry("declined", 9), entry("never")])

    merged = [merge_ledgers(into=into, source=VISITOR) for _ in range(2)]

    assert merged == [True, False]
    assert sorted(outcomes_of(into)) == ["declined", "never", "shown", "shown"]
    assert not merge_ledgers(into=into, source=into)


def test_merge_ledgers__two_customers__keeps_the_one() -> None:
    first, second = (Person(Customer.objects.create(external_id=name).pk) for name in ("a", "b"))
    add_entries(person=second, entries=[entry("never")])

    assert merge_ledgers(into=first, source=second)
    assert (outcomes_of(first), outcomes_of(second)) == (["never"], [])


@pytest.mark.django_db(transaction=True)
def test_events__300_in_parallel__are_all_counted() -> None:
    Customer.objects.create(external_id="c-1")
    threads = 2 if connection.vendor == "sqlite" else 10

    def send(number: int) -> int:
        return sum(
            report(sent(f"e-{number}-{n}", "impression", decided(key=7), customer="c-1"))
            for n in range(300 // threads)
        )

    assert sum(at_once(send, threads)) == 300
    assert outcomes_of(customer_person()) == ["shown"] * 300


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_login__in_many_tabs_at_once__loses_nothing() -> None:
    into = Person(Customer.objects.create(external_id="c-1").pk)
    add_entries(person=VISITOR, entries=[entry("dismissed", ago) for ago in range(5)])

    def log_in(number: int) -> bool:
        report(sent(f"e-{number}", "impression", decided(key=7), customer="c-1"))
        return merge_ledgers(into=into, source=VISITOR)

    at_once(log_in, 8)

    assert sorted(outcomes_of(into)) == ["dismissed"] * 5 + ["shown"] * 8
    assert connection.vendor == "postgresql"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_ledgers__locked_and_created_in_opposite_orders__nobody_waits_in_a_circle() -> None:
    turn = Barrier(2, timeout=30)

    def lock(number: int) -> int:
        for round_number in range(8):
            persons = [Person(visitor=f"{round_number}-{place}") for place in range(500)]
            turn.wait()
            with transaction.atomic():
                lock_ledgers(persons=persons[:: 1 if number else -1])
        return number

    assert at_once(lock, 2) == [0, 1]
    assert PersonLedger.objects.count() == 8 * 500


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_ledgers__merged_while_others_lock_both__nobody_waits_in_a_circle() -> None:
    into = Person(Customer.objects.create(external_id="c-1").pk)
    add_entries(person=into, entries=[entry()])

    def use(number: int) -> int:
        merged = 0
        for _turn in range(50):
            if number:
                with transaction.atomic():
                    lock_ledgers(persons=[into, VISITOR])
            else:
                merged += merge_ledgers(into=into, source=VISITOR)
        return merged

    assert at_once(use, 3)[1:] == [0, 0]


def test_read_ledger__of_a_stranger__is_empty() -> None:
    assert read_ledger(person=Person(visitor="nobody")).pack() == b""
