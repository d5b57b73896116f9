"""A shop whose shoppers are in arms: their decisions, what they saw, and what they bought."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from analytics.services.experiments.evaluate import evaluate_trial
from analytics.services.experiments.result import ArmEffect, MetricResult, TrialResult
from analytics.services.experiments.trial import Trial, TrialPhase
from catalog.models import Product
from checkout.models import Order, OrderLine
from engine.journal.record import JournalRecord
from offers.models import Customer, Event
from tests.analytics.services.totals.shop import store
from tests.engine.journal.records import record, slot

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = START + 10 * DAY + timedelta(hours=3)
PRICE = 1000
_numbers = count(1)


def trial(*phases: TrialPhase, **changes: Any) -> Trial:
    """Return an experiment of two equal arms that has run for ten of twenty days."""
    values: dict[str, Any] = {
        "code": "tea",
        "arms": ("nothing", "tea"),
        "phases": phases or (TrialPhase(1, (0.5, 0.5), START),),
        "primary": "sales",
        "guardrails": ("margin", "returns", "annoyance"),
        "ends_at": START + 20 * DAY,
    }
    return Trial(**values | changes)


def evaluate(of: Trial | None = None, *, at: datetime = NOW) -> TrialResult:
    """Return what an experiment has shown."""
    return evaluate_trial(of or trial(), at=at, advance=lambda: None)


def metric(result: TrialResult, code: str, phase: int = -1) -> MetricResult:
    """Return a metric of the result."""
    return next(one for one in result.phases[phase].metrics if one.code == code)


def effect(result: TrialResult, code: str, phase: int = -1) -> ArmEffect:
    """Return the effect of the first treated arm."""
    return metric(result, code, phase).effects[0]


def exposure(
    arm: str,
    *,
    customer: str | None = None,
    at: datetime = START + DAY,
    shown: bool = True,
    code: str = "tea",
    **changes: Any,
) -> JournalRecord:
    """Return a decision in which an arm of the experiment made a difference, or could have."""
    number = next(_numbers)
    return record(
        number,
        at=int(at.timestamp() * 1000),
        customer=customer,
        shown=(slot(),) if shown else (),
        arms={code: arm},
        **changes,
    )


def see(records: Iterable[JournalRecord], kind: str = "impression") -> None:
    """Report what the decisions have shown as seen."""
    Event.objects.bulk_create(
        Event(
            event_id=f"{kind}-{one.decision}",
            type=kind,
            decision=one.decision,
            offer_code="goes-with-it",
            position=1,
            occurred_at=NOW,
            received_at=NOW,
        )
        for one in records
        if one.shown
    )


def product() -> Product:
    """Return what everybody buys: without tax, at a known cost."""
    return Product.objects.get_or_create(
        sku="tea", defaults={"name": "Tea", "currency": "JPY", "price_minor": PRICE, "cost_minor": 400}
    )[0]


def buy(*bought: tuple[str, datetime, int]) -> list[Order]:
    """Place an order for each customer, moment and number of units."""
    known = dict(Customer.objects.values_list("external_id", "pk"))
    names = dict.fromkeys(name for name, _at, _units in bought if name not in known)
    known |= {
        one.external_id: one.pk
        for one in Customer.objects.bulk_create(Customer(external_id=name) for name in names)
    }
    orders = Order.objects.bulk_create(
        Order(order_id=f"o-{next(_numbers)}", customer_id=known[name], placed_at=at, currency="JPY")
        for name, at, _units in bought
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=0, product=product(), quantity=units, unit_price_minor=PRICE)
        for order, (_name, _at, units) in zip(orders, bought, strict=True)
    )
    return orders


def simulate(
    folder: Path,
    *,
    units: int,
    rates: Sequence[float],
    seed: int = 7,
    arms: Sequence[str] = ("nothing", "tea"),
    code: str = "tea",
) -> list[JournalRecord]:
    """Let units of equal arms be exposed within nine days, and buy with the probability of their arm.

    A buyer orders one to three units of tea within a day. What a customer bought before has nothing to do
    with the arm. Return the decisions.
    """
    dice = Random(seed)  # noqa: S311 (a simulation)
    records, bought = [], []
    for number in range(units):
        place, name = dice.randrange(len(arms)), f"c-{seed}-{number}"
        at = START + timedelta(seconds=dice.randrange(9 * 86400))
        records.append(exposure(arms[place], customer=name, at=at, shown=place > 0, code=code))
        habit = dice.random()
        if habit < 0.3:
            bought.append((name, at - 20 * DAY, dice.randint(1, 3)))
        if dice.random() < rates[place]:
            bought.append((name, at + timedelta(hours=dice.randrange(24)), dice.randint(1, 3)))
    store(folder, records, NOW)
    buy(*bought)
    return records
