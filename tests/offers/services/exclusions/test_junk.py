"""Events that are not counted change neither results nor what customers are shown, wherever they arrive."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from analytics.models import DailyResult
from analytics.reports.results.funnel import Funnel, read_funnels
from analytics.services.totals.count import count_changed
from engine.decision.types import KnownCustomer
from offers.models import Customer, Event
from offers.services.customer import load_known_customer
from offers.services.event import EventInput
from tests.offers.reported import AT, decided, report, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits")]
TYPES = ("impression", "click", "accept", "dismiss", "decline")
JUNK = ("repeat", "prefetch", "bot", "late", "burst", "no_impression")
LIMIT = 12


@dataclass(frozen=True)
class Batch:
    events: tuple[EventInput, ...]
    arrival: dict[str, Any] = field(default_factory=dict)


def honest_events(shown: list[str]) -> list[EventInput]:
    """Return what four customers did with four decisions: an impression and some of the rest."""
    return [
        sent(f"h-{place}-{kind}", kind, decision, customer=f"c-{place}", occurred_at=AT)
        for place, decision in enumerate(shown)
        for kind in TYPES[: 2 + place]
    ]


def junk(kind: str, number: int, honest: EventInput, old: str) -> Batch:
    """Return an event that must not count."""
    name, customer = f"junk-{number}", honest.customer
    changes: dict[str, Any] = {"customer": customer, "occurred_at": AT}
    match kind:
        case "repeat":
            return Batch((sent(name, honest.type, honest.decision_id, **changes),))
        case "prefetch":
            return Batch((sent(name, "decline", decided(), **changes),), {"purpose": "prefetch"})
        case "bot":
            return Batch((sent(name, "decline", decided(), **changes),), {"user_agent": "Googlebot/2.1"})
        case "late":
            return Batch((sent(name, "decline", old, **changes),))
        case "burst":
            return Batch((sent(name, "decline", decided(), customer="flood", occurred_at=AT),))
    return Batch((sent(name, "accept", decided(), **changes),))


def outcome(batches: list[Batch]) -> tuple[Funnel, dict[str, KnownCustomer]]:
    """Return the results and what decisions know of each customer after these batches, and forget them."""
    with transaction.atomic():
        # Somebody who has sent as many events as anybody may.
        report(*[sent(f"flood-{n}", "impression", decided(), customer="flood") for n in range(LIMIT)])
        for batch in batches:
            report(*batch.events, **batch.arrival)
        count_changed(at=AT)
        results = read_funnels(DailyResult.objects.all(), "offer", "JPY").funnels["morning-set"]
        names = Customer.objects.values_list("external_id", flat=True)
        known = {name: load_known_customer(external_id=name) for name in names}
        transaction.set_rollback(True)
    return results, known


@pytest.fixture
def limits(settings: Settings) -> None:
    settings.AWASE_EVENTS_PER_VISITOR, settings.AWASE_LATE_EVENT_DAYS = LIMIT, 7


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(JUNK), min_size=1, max_size=12), seed=st.integers(0, 2**32))
def test_junk__among_honest_events_in_any_order__changes_nothing(kinds: list[str], seed: int) -> None:
    choose = random.Random(seed)  # noqa: S311 (an order, not a secret)
    old = decided(AT - timedelta(days=8))
    honest = honest_events([decided() for _ in range(4)])
    batches = [Batch((event,)) for event in honest]
    mixed = batches + [junk(kind, n, choose.choice(honest), old) for n, kind in enumerate(kinds)]
    choose.shuffle(mixed)

    expected = outcome(batches)

    results = expected[0]
    assert (results.seen, results.clicked) == (4 + LIMIT, 4)
    assert (results.accepted, results.declined) == (3, 1)
    assert outcome(mixed) == expected
    assert not Event.objects.exists()
