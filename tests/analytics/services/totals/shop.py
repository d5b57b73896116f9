"""A shop whose days are counted: decisions, events, orders and refunds at any moment."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.db.models import Sum

from analytics.models import (
    DailyExclusion,
    DailyExposure,
    DailyResult,
    DailySales,
    DailyTotal,
    JournalFile,
)
from analytics.models.totals import PartOfDay
from analytics.services.journal.batch import read_batch
from analytics.services.journal.store import store_batch
from analytics.services.totals.sql import MEASURES
from catalog.models import Product
from checkout.services.order import OrderInput, OrderLineInput, record_order
from engine.journal.lines import encode_records
from engine.journal.record import JournalRecord
from offers.services.event_store import store_events
from offers.services.exclusions import Arrival, PlausibleEvent
from tests.engine.journal.records import record, slot

NOON = datetime(2026, 11, 30, 3, tzinfo=UTC)  # in Tokyo
DAY = timedelta(days=1)
SKUS = ("butter", "jam", "tea")
KEYS = ("day", "offer", "version", "placement", "channel", "kind", "strategy", "product", "audience")
_numbers = count()


def create_products() -> None:
    """Create goods with 8 % tax; the cost of tea is unknown."""
    for sku, cost in zip(SKUS, (60, 70, None), strict=True):
        Product.objects.create(
            sku=sku, name=sku, currency="JPY", price_minor=108, cost_minor=cost, tax_rate_bp=800
        )


def decide(
    folder: Path, number: int, *, at: datetime = NOON, skus: tuple[str, ...] = ("butter",), **changes: Any
) -> None:
    """Journal and collect a decision that shows an offer for each of these products."""
    shown = tuple(
        slot(offer=f"with-{sku}", products=((sku, 1),), position=place) for place, sku in enumerate(skus, 1)
    )
    store(folder, [record(number, at=int(at.timestamp() * 1000), shown=shown, **changes)], max(at, NOON))


def store(folder: Path, records: list[JournalRecord], at: datetime) -> None:
    """Store records as a collector does at this moment."""
    path = folder / f"{next(_numbers)}.jsonl"
    path.write_bytes(encode_records(records))
    file = JournalFile.objects.create(name=path.name, collected_at=at)
    store_batch(file=file.pk, batch=read_batch(path, 0, is_finished=True), at=at)


def happen(
    number: int,
    sku: str,
    *kinds: str,
    at: datetime = NOON,
    decided_at: datetime | None = None,
    customer: str = "c",
    purpose: str = "",
) -> None:
    """Store events of a decision, first that the offer was seen."""
    events = [
        PlausibleEvent(
            event_id=f"e-{next(_numbers)}",
            type=kind,
            offer=f"with-{sku}",
            position=1,
            decision=f"{number:024x}",
            decided_at=decided_at or at,
            is_shared=False,
            occurred_at=at,
            skus=(sku,),
            channel="web",
            placement="cart",
            customer=customer,
            session="",
            is_proven=True,
            reason="",
            until=0,
        )
        for kind in ("impression", *kinds)
    ]
    store_events(events=events, arrival=Arrival(at=max(at, NOON), purpose=purpose))


def buy(order_id: str, *lines: tuple[str, int], number: int | None = None, **changes: Any) -> None:
    """Report an order of these products and quantities, at 108 yen each.

    With the number of a decision, all lines name it.
    """
    named = f"{number:024x}" if number is not None else None
    said: dict[str, Any] = {
        "order_id": order_id,
        "placed_at": NOON,
        "currency": "JPY",
        "customer": "c",
        "lines": [
            OrderLineInput(
                sku=sku,
                quantity=quantity,
                unit_price="108",
                decision=named,
                offer_code=f"with-{sku}" if named else None,
            )
            for sku, quantity in lines
        ],
    }
    at = max(changes.get("placed_at", NOON), NOON)
    verdict = record_order(order=OrderInput(**said | changes), at=at)
    assert not verdict.errors, verdict


def totals(**of: Any) -> list[dict[str, Any]]:
    """Return the totals of days, without what is 0."""
    return sums_of(DailyTotal, (*KEYS, "credit", "currency"), MEASURES, **of)


def all_totals() -> dict[str, list[dict[str, Any]]]:
    """Return what every table of totals says of each day."""
    places = [key for key in KEYS if key not in {"version", "product"}]
    return {
        "totals": totals(),
        "results": sums_of(DailyResult, (*places, "credit", "currency"), MEASURES),
        "exposures": sums_of(DailyExposure, ("day", "key", "placement"), ("shown", "reported")),
        "exclusions": sums_of(DailyExclusion, ("day", "reason"), ("events",)),
        "sales": sums_of(DailySales, ("day", "currency"), ("orders", "sales_minor", "refunded_minor")),
    }


def sums_of(
    table: type[PartOfDay], keys: tuple[str, ...], measures: tuple[str, ...], **of: Any
) -> list[dict[str, Any]]:
    """Return the sums over the parts of each day, without what is 0."""
    rows = table._default_manager.filter(**of).order_by(*keys).values(*keys)
    sums = rows.annotate(**{f"{name}_sum": Sum(name) for name in measures})
    return [
        {name.removesuffix("_sum"): value for name, value in row.items() if value not in {0, ""}}
        for row in sums
    ]
