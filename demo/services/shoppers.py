"""The demo's customers, as the page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from catalog.models import Product, UpgradeTier
from demo.data.shoppers import Regular, pick_shoppers
from engine.learned.facts import COMFORT, DUE, is_due
from engine.moments import EPOCH_DATE
from offers.models import CustomerFacts

# Enough to find each role among the customers with most orders.
REGULARS = 400
SHOWN_DUE = 3


@dataclass(frozen=True, slots=True)
class DueSoon:
    """A product that is due for a repurchase."""

    sku: str
    name: str
    due_date: date
    interval_days: int


@dataclass(frozen=True, slots=True)
class DemoShopper:
    """A customer to shop as; `role` is why they were chosen."""

    role: str
    facts: CustomerFacts
    due: tuple[DueSoon, ...]
    band: tuple[int, int] | None  # usual price range in the product's category, minor units


def read_shoppers(*, ladder_start: Product | None, product: Product | None, today: date) -> list[DemoShopper]:
    """Return the demo's customers with their due products and the price range for `product`."""
    if ladder_start is None or ladder_start.category_id is None:
        return []
    tiers = UpgradeTier.objects.filter(ladder__tiers__product=ladder_start, ladder__is_active=True)
    prices = sorted(set(tiers.values_list("product__price_minor", flat=True)))
    facts = {row.customer.external_id: row for row in _regulars()}
    picked = pick_shoppers(
        (
            Regular(known, row.order_count, row.lifetime_value_minor or 0, bytes(row.comfort))
            for known, row in facts.items()
        ),
        category=ladder_start.category_id,
        step_minor=prices[min(1, len(prices) - 1)],
        top_minor=prices[-1],
    )
    due = _due(today, [facts[known] for _role, known in picked])
    category = product.category_id if product else None
    return [
        DemoShopper(role, facts[known], due[facts[known].pk], _band(facts[known], category))
        for role, known in picked
    ]


def _regulars() -> Iterable[CustomerFacts]:
    return CustomerFacts.objects.select_related("customer").order_by("-order_count", "pk")[:REGULARS]


def _due(today: date, rows: list[CustomerFacts]) -> dict[int, tuple[DueSoon, ...]]:
    """Return each customer's due products, in one query for all."""
    day = (today - EPOCH_DATE).days
    records = {row.pk: np.frombuffer(bytes(row.due), DUE) for row in rows}
    for key, due in records.items():
        interval = due["interval_days"].astype(np.int64)
        records[key] = due[is_due(due["due_day"], interval, day)]
    wanted = {int(pk) for due in records.values() for pk in due["product"]}
    products = Product.objects.sellable().in_bulk(wanted)
    return {
        key: tuple(
            DueSoon(
                products[one["product"]].sku,
                products[one["product"]].name,
                EPOCH_DATE + timedelta(days=int(one["due_day"])),
                int(one["interval_days"]),
            )
            for one in due
            if int(one["product"]) in products
        )[:SHOWN_DUE]
        for key, due in records.items()
    }


def _band(facts: CustomerFacts, category: int | None) -> tuple[int, int] | None:
    bands = np.frombuffer(bytes(facts.comfort), COMFORT)
    own = bands[bands["category"] == category]
    return (int(own[0]["low"]), int(own[0]["high"])) if category is not None and len(own) else None
