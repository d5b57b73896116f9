"""Facts about customers and products in the format of a recompute, with values chosen by tests."""

from datetime import date
from typing import Any

import numpy as np

from catalog.models import Category, Product
from engine.learned.facts import (
    CATEGORY,
    COMFORT,
    DUE,
    INTERVAL_SOURCES,
    NO_DAY,
    NOTHING,
    SEGMENTS,
    CustomerFactsData,
    ProductFactsData,
)
from offers.models import Customer
from offers.services.customer_facts import replace_customer_facts
from offers.services.product_facts import replace_product_facts

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def publish_customers(rows: list[dict[str, Any]], *, currency: str = "JPY") -> None:
    """Publish these facts of all customers: one row each, with the values that differ from the defaults.

    Keys: `customer` and any of `segment`, `due_date`, `orders` (expected), `value`, `due`, `comfort`,
    `categories`.
    """
    rows = sorted(rows, key=lambda row: row["customer"].pk)
    replace_customer_facts(
        CustomerFactsData(
            currency=currency,
            customers=np.array([row["customer"].pk for row in rows], np.int64),
            segment=np.array([SEGMENTS.index(row.get("segment", "loyal")) for row in rows], np.int64),
            **_alike(len(rows)),
            expected_orders=np.array([row.get("orders", np.nan) for row in rows], np.float64),
            lifetime_value=np.array([row.get("value", NOTHING) for row in rows], np.int64),
            next_due_day=np.array([_day_or_none(row.get("due_date")) for row in rows], np.int64),
            **_lists(rows, "comfort", COMFORT),
            **_lists(rows, "due", DUE),
            **_lists(rows, "categories", CATEGORY, starts="category_starts"),
        )
    )


def publish_products(rows: list[dict[str, Any]]) -> None:
    """Publish these facts of all products: one row each, with the values that differ from the defaults.

    Keys: `product` and any of `interval_days`, `source`, `count`, `units`, `sold`, `cover`, `slowness`.
    """
    rows = sorted(rows, key=lambda row: row["product"].pk)
    slowness = np.array([row.get("slowness", 0.0) for row in rows])
    replace_product_facts(
        ProductFactsData(
            products=np.array([row["product"].pk for row in rows], np.int64),
            interval_days=np.array([row.get("interval_days", 0) for row in rows], np.int64),
            interval_source=np.array(
                [INTERVAL_SOURCES.index(row.get("source", "")) for row in rows], np.int64
            ),
            interval_count=np.array([row.get("count", 0) for row in rows], np.int64),
            recent_units=np.array([row.get("units", 0) for row in rows], np.int64),
            last_sold_day=np.array([_day_or_none(row.get("sold")) for row in rows], np.int64),
            cover_days=np.array([row.get("cover", NOTHING) for row in rows], np.int64),
            is_slow=slowness > 0,
            slowness=slowness,
        )
    )


def due(product: Product, day: date, *, source: str = "customer") -> tuple[Any, ...]:
    """Return a DUE record: bought on 3 days, every 30 days, and likely again."""
    return product.pk, day_number(day), 3, 0.8, 30, INTERVAL_SOURCES.index(source)


def bought_from(category: Category, day: date) -> tuple[int, int]:
    """Return a CATEGORY record."""
    return category.pk, day_number(day)


def new_customer(name: str) -> Customer:
    return Customer.objects.create(external_id=name)


def _alike(count: int) -> dict[str, Any]:
    """Return the default facts of a customer."""
    last_day = day_number(date(2026, 3, 1))
    return {
        "recency": np.full(count, 4),
        "frequency": np.full(count, 3),
        "monetary": np.full(count, 2),
        "first_day": np.full(count, last_day - 200),
        "last_day": np.full(count, last_day),
        "order_count": np.full(count, 7),
        "spent": np.full(count, 21_000),
        "average_order": np.full(count, 3_000),
        "active_rate": np.full(count, 0.83),
    }


def _lists(
    rows: list[dict[str, Any]], name: str, kind: np.dtype[Any], starts: str | None = None
) -> dict[str, Any]:
    """Return one flat array of records, and the start of each row's records."""
    lists = [np.array(row.get(name, []), kind) for row in rows]
    return {
        starts or f"{name}_starts": np.concatenate([[0], np.cumsum([len(each) for each in lists])]).astype(
            np.int64
        ),
        name: np.concatenate([np.empty(0, kind), *lists]),
    }


def _day_or_none(day: date | None) -> int:
    return NO_DAY if day is None else day_number(day)
