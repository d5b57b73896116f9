"""Preferences: what is stored for a change, and what is read back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category
from engine.restraint import LedgerEntry, Policies, Policy
from engine.snapshot.writer import write_snapshot
from offers.models import ConsentStatement, Customer
from offers.services.customer import load_known_customer
from offers.services.customer_input import ConsentInput, CustomerInput
from offers.services.customer_update import update_customers
from offers.services.preferences.change import (
    PreferenceChange,
    Statement,
    UnknownTopicError,
    change_preferences,
)
from offers.services.preferences.read import Preferences, read_preferences
from offers.services.restraint.ledger import Person, add_entries, read_ledger
from tests.support.api_cast import shop_data
from tests.support.refusals import refuse

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOW = int(AT.timestamp())
HERE = Statement(source="preferences", page="/preferences/", wording=lambda channel: channel or "Fits me")


def change(at: datetime = AT, **changes: Any) -> None:
    change_preferences(customer="aki", change=PreferenceChange(**changes), statement=HERE, at=at)


def read(at: datetime = AT) -> Preferences:
    return read_preferences(customer="aki", at=at)


def test_read__stranger__has_the_defaults() -> None:
    found = read()

    assert found.is_personalised
    assert all(found.channels.values())
    assert all(topic.is_on for topic in found.topics)
    assert (found.held_back, found.paused_until) == ((), None)


def test_consents__changed__carry_source_wording_page_and_time() -> None:
    change(is_personalised=False, channels={"email": False, "web": True})

    said = ConsentStatement.objects.order_by("channel").values_list(
        "purpose", "channel", "is_granted", "source", "wording", "page", "stated_at"
    )
    assert list(said) == [
        ("personalisation", "all", False, "preferences", "Fits me", "/preferences/", AT),
        ("marketing", "email", False, "preferences", "email", "/preferences/", AT),
    ]
    assert load_known_customer(external_id="aki").consents == {
        ("personalisation", "all"): False,
        ("marketing", "email"): False,
    }


def test_change__to_what_it_is__writes_nothing() -> None:
    change(is_personalised=True, channels={"email": True})

    assert not ConsentStatement.objects.exists()


def test_topic__off_and_on__is_never_and_taken_back() -> None:
    tea = Category.objects.create(name="Tea", path="Tea")
    topic = ("category", str(tea.pk))
    change(topics={topic: False, ("kind", "upgrade"): False})
    change(topics={topic: False})

    off = [one.title for one in read().topics if not one.is_on]
    aki = Person(Customer.objects.get().pk)
    assert (len(off), len(read_ledger(person=aki))) == (2, 2)
    assert read().held_back == ()
    change(topics={topic: True, ("kind", "upgrade"): True})
    assert all(one.is_on for one in read().topics)
    assert len(read_ledger(person=aki)) == 0


@pytest.mark.parametrize("topic", [("kind", "magic"), ("category", "99"), ("category", "९"), ("offer", "x")])
def test_topic__unknown__changes_nothing(topic: tuple[str, str]) -> None:
    with pytest.raises(UnknownTopicError):
        change(is_personalised=False, topics={topic: False})

    assert not Customer.objects.exists()


def test_pause__again_and_ended__holds_the_last_one() -> None:
    change(pause_days=90)
    change(pause_days=7)

    assert read().paused_until == AT + timedelta(days=7)
    assert read(AT + timedelta(days=7)).paused_until is None
    change(pause_days=None)
    assert read().paused_until is None


def test_channel__complained_about__is_off_until_it_is_turned_on() -> None:
    aki = Customer.objects.create(external_id="aki")
    complaint = LedgerEntry("complaint", NOW, scope="everything", channel="line")
    add_entries(person=Person(aki.pk), entries=[complaint])

    assert not read().channels["line"]
    change(channels={"line": True})
    assert read().channels["line"]


def test_take_back__one_of_two__leaves_the_other(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    aki = Customer.objects.create(external_id="aki")
    for name in ("Tea", "Coffee"):
        Category.objects.create(name=name, path=name)
    keys = [str(key) for key in Category.objects.order_by("path").values_list("pk", flat=True)]
    entries = [LedgerEntry("declined", NOW, scope="category", subject=key) for key in keys]
    add_entries(person=Person(aki.pk), entries=entries)
    refuse(aki, offers=["deleted"], products=["gone"], at=AT)
    with django_assert_max_num_queries(7):
        before = [(one.title, one.refusal.reason, one.refusal.is_answer) for one in read().held_back]

    change(take_back=(("category", keys[0]),))

    assert sorted(before) == [("Coffee", "declined", True), ("Tea", "declined", True)]
    assert [one.title for one in read().held_back] == ["Tea"]


def test_merged_id__reads_and_changes_the_survivor() -> None:
    survivor = Customer.objects.create(external_id="survivor")
    Customer.objects.create(external_id="aki", merged_into=survivor)

    change(is_personalised=False)

    assert not read_preferences(customer="survivor", at=AT).is_personalised


def test_personalisation__refused_on_one_channel__is_off_until_it_is_turned_on() -> None:
    refused = ConsentInput(purpose="personalisation", channel="line", granted=False, stated_at=AT)
    update_customers(items=[CustomerInput(id="aki", consents=(refused,))], at=AT)
    before = read().is_personalised

    change(at=AT + timedelta(seconds=1), is_personalised=True)

    assert (before, read().is_personalised) == (False, True)
    assert load_known_customer(external_id="aki").consents == {("personalisation", "all"): True}


def test_everything__paused_by_a_policy__is_said_and_cannot_be_taken_back(snapshot_dir: Path) -> None:
    rules = Policies(policies=(Policy("dismissed", 1, 7, "everything", 3),))
    write_snapshot(data=shop_data(restraint=rules), directory=snapshot_dir)
    aki = Customer.objects.create(external_id="aki")
    add_entries(person=Person(aki.pk), entries=[LedgerEntry("dismissed", NOW, subject="tea")])

    (found,) = read().held_back

    assert (found.title, found.refusal.until) == ("All offers", AT + timedelta(days=3))
    assert not found.refusal.is_answer
    assert read().paused_until is None
