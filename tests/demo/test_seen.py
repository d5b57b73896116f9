"""What shoppers have been shown, and that the cap of a day is reached."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from engine.restraint import LedgerEntry
from offers.models import Customer, RestraintCap
from offers.services.restraint.ledger import Person, add_entries, read_ledger
from offers.services.restraint.rules import create_usual_restraint
from offers.services.snapshot import refresh_snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def caps() -> None:
    """Let a person see three offers a day in the web shop, with the usual policies."""
    create_usual_restraint(at=timezone.now() - timedelta(days=30))
    RestraintCap.objects.create(count=3, window_days=1, channel="web")
    refresh_snapshot(at=timezone.now())


def ask(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/demo/seen", json.dumps(body), "application/json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def show(person: Person, *, times: int, hours: int = 1) -> None:
    at = int((timezone.now() - timedelta(hours=hours)).timestamp())
    entries = [LedgerEntry("shown", at, subject="night", channel="web") for _ in range(times)]
    add_entries(person=person, entries=entries)


def test_seen__visitor__counts_what_was_shown_within_a_day(client: Client) -> None:
    assert ask(client, session="s-1") == {"shown": 0, "cap": 3, "paused": 0}
    show(Person(visitor="s-1"), times=2)
    show(Person(visitor="s-1"), times=1, hours=30)

    assert ask(client, session="s-1") == {"shown": 2, "cap": 3, "paused": 0}
    assert ask(client, session="s-2")["shown"] == 0


def test_seen__customer_at_the_cap__stays_there_and_can_forget(client: Client) -> None:
    customer = Person(Customer.objects.create(external_id="c-1").pk)
    show(customer, times=6)
    decline = LedgerEntry("declined", int(timezone.now().timestamp()), subject="morning")
    add_entries(person=customer, entries=[decline])

    assert ask(client, session="s-1", customer="c-1") == {"shown": 3, "cap": 3, "paused": 1}
    assert ask(client, session="s-1", customer="c-1", forget=True)["shown"] == 0
    assert [entry.outcome for entry in read_ledger(person=customer)] == ["declined"]


@pytest.mark.parametrize(
    "body", [{}, {"session": ""}, {"session": "s", "customer": 1}, {"session": "s", "x": 1}]
)
def test_seen__wrong_body__is_refused(client: Client, body: dict[str, Any]) -> None:
    answer = client.post("/demo/seen", json.dumps(body), "application/json")

    assert answer.status_code == 400
    assert client.get("/demo/seen").status_code == 405
