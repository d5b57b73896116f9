"""Random customers, as columns and one at a time."""

from typing import Any

import numpy as np

from engine.conditions import Circumstances
from engine.conditions.shopper import ShopperFacts
from engine.conditions.shoppers import Ints, RecordLists, Shoppers
from engine.learned.facts import CATEGORY, DUE, NO_DAY, NOTHING, SEGMENTS, is_due
from engine.learned.generations import PURCHASE
from tests.engine.conditions.tree.table.row import AT, TODAY

ZONE = "Asia/Tokyo"
# Of the categories 1 to 3, 2 is below 1.
PARENTS = {1: 0, 2: 1, 3: 0}
_VALUES: tuple[Any, ...] = (
    "dry",
    "oily",
    True,
    False,
    30,
    41.5,
    "2026-11-30",
    "2026-12-01",
    ("dry", "tea"),
    (),
)


def random_shoppers(rng: np.random.Generator, count: int) -> Shoppers:
    """Return customers of whom some have no orders, no attributes, an unknown average or another currency."""
    has_orders = rng.random(count) < 0.8
    first = TODAY - rng.integers(0, 40, count)
    return Shoppers(
        keys=np.arange(1, count + 1),
        today=TODAY,
        segment=np.where(has_orders, rng.integers(0, len(SEGMENTS), count), NOTHING),
        orders=np.where(has_orders, rng.integers(1, 6, count), 0),
        first_day=np.where(has_orders, first, NO_DAY),
        last_day=np.where(has_orders, np.minimum(TODAY, first + rng.integers(0, 20, count)), NO_DAY),
        average_order=_amounts(rng, has_orders),
        expected_value=_amounts(rng, has_orders),
        currency=np.where(has_orders, rng.choice(["JPY", "EUR"], count), ""),
        purchases=_lists(rng, count, PURCHASE, last_day=(TODAY - 30, TODAY + 1)),
        categories=_categories(rng, count),
        due=_lists(rng, count, DUE, due_day=(TODAY - 20, TODAY + 20), interval_days=(1, 30)),
        attributes=[_attributes(rng) for _ in range(count)],
        answers=[{("taste", "roast"): "dark"} if rng.random() < 0.5 else {} for _ in range(count)],
        parents=PARENTS,
    )


def circumstances_of(shoppers: Shoppers, place: int) -> Circumstances:
    """Return one of the customers as a decision sees them, now."""
    due = _list_of(shoppers.due, place)
    bought = {row["product"].item(): row["last_day"].item() for row in _list_of(shoppers.purchases, place)}
    by_category: dict[int, int] = {}
    for listed, day in _list_of(shoppers.categories, place).tolist():
        for category in (listed, PARENTS[listed]):
            by_category[category] = max(day, by_category.get(category, day))
    segment = int(shoppers.segment[place])
    facts = ShopperFacts(
        segment="" if segment == NOTHING else SEGMENTS[segment],
        orders=int(shoppers.orders[place]),
        first_day=_known(shoppers.first_day[place], NO_DAY),
        last_day=_known(shoppers.last_day[place], NO_DAY),
        average_order_minor=_known(shoppers.average_order[place], NOTHING),
        expected_value_minor=_known(shoppers.expected_value[place], NOTHING),
        currency=str(shoppers.currency[place]),
        attributes=shoppers.attributes[place],
        answers=shoppers.answers[place],
        bought=bought,
        bought_categories=by_category,
        due=frozenset(
            row["product"].item()
            for row in due
            if is_due(row["due_day"].item(), row["interval_days"].item(), shoppers.today)
        ),
    )
    return Circumstances(at=AT, is_known=True, shopper=facts, zone=ZONE)


def _amounts(rng: np.random.Generator, has_orders: np.ndarray[Any, Any]) -> Ints:
    is_known = has_orders & (rng.random(len(has_orders)) < 0.8)
    return np.where(is_known, 1000 * rng.integers(0, 8, len(has_orders)), NOTHING)


def _lists(
    rng: np.random.Generator, count: int, kind: np.dtype[Any], **columns: tuple[int, int]
) -> RecordLists:
    """Return for each customer a list of up to three of the products, each once."""
    lists = [rng.choice(7, rng.integers(0, 4), replace=False) + 1 for _ in range(count)]
    records = np.zeros(sum(map(len, lists)), kind)
    records["product"] = np.concatenate([np.empty(0, np.int64), *lists])
    for name, (low, high) in columns.items():
        records[name] = rng.integers(low, high, len(records))
    return RecordLists(np.concatenate([[0], np.cumsum([len(one) for one in lists])]), records)


def _categories(rng: np.random.Generator, count: int) -> RecordLists:
    """Return for each customer up to two of the categories, with a day."""
    lists = [rng.choice(3, rng.integers(0, 3), replace=False) + 1 for _ in range(count)]
    records = np.zeros(sum(map(len, lists)), CATEGORY)
    records["category"] = np.concatenate([np.empty(0, np.int64), *lists])
    records["last_day"] = rng.integers(TODAY - 30, TODAY + 1, len(records))
    return RecordLists(np.concatenate([[0], np.cumsum([len(one) for one in lists])]), records)


def _attributes(rng: np.random.Generator) -> dict[str, Any]:
    return {
        name: _VALUES[rng.integers(len(_VALUES))] for name in ("skin", "age", "born") if rng.random() < 0.7
    }


def _list_of(lists: RecordLists, place: int) -> Any:
    return lists.records[lists.starts[place] : lists.starts[place + 1]]


def _known(value: np.int64, missing: int) -> int | None:
    return None if value == missing else int(value)
