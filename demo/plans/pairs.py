"""Bundles of products that are bought together and are of different kinds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from demo.data.catalogue import CatalogueItem

MIN_ORDERS = 15
MIN_LIFT = 2.0
# One household that buys the same two products every week is not enough evidence.
MIN_HOUSEHOLDS = 12
MIN_PRICE_MINOR = 100
# Not suitable for discounts.
NEVER = {
    "Beers/ales", "Cigarettes", "Cigars", "Domestic wine", "Imported wine", "Liquor", "Miscellaneous wine",
    "Tobacco other",
}  # fmt: skip
# A bundle of a $9 and a $1 product looks misleading.
MAX_PRICE_RATIO = 5.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two SKUs, the number of orders that contain both, and the lift.

    `household_count` is the number of households that bought both in one order.
    """

    first: str
    second: str
    order_count: int
    lift: float
    household_count: int = 0


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """The products of a bundle."""

    name: str
    skus: tuple[str, ...]


def count_households(pairs: Iterable[Pair], lines: pd.DataFrame) -> list[Pair]:
    """Return the pairs with their household counts, from lines of product_id, basket_id and household_id."""
    pairs = list(pairs)
    wanted = {int(sku) for pair in pairs for sku in (pair.first, pair.second)}
    bought = lines[lines["product_id"].isin(wanted) & (lines["quantity"] > 0)]
    buyers: dict[str, dict[int, int]] = {
        str(product): dict(zip(rows["basket_id"], rows["household_id"], strict=True))
        for product, rows in bought.groupby("product_id")
    }
    return [replace(pair, household_count=len(_households(pair, buyers))) for pair in pairs]


def _households(pair: Pair, buyers: Mapping[str, Mapping[int, int]]) -> set[int]:
    first, second = buyers.get(pair.first, {}), buyers.get(pair.second, {})
    return {first[basket] for basket in first.keys() & second.keys()}


def plan_bundles(pairs: Iterable[Pair], items: Iterable[CatalogueItem], *, limit: int) -> list[BundlePlan]:
    """Return at most `limit` bundles, the strongest pair first, without repeated products or kinds.

    A third product is added if it is bought together with both.
    """
    by_sku = {
        item.sku: item for item in items if item.price_minor >= MIN_PRICE_MINOR and item.category not in NEVER
    }
    good = sorted((pair for pair in pairs if _fits(pair, by_sku)), key=_surest_first)
    friends: dict[str, list[str]] = defaultdict(list)
    for pair in good:
        friends[pair.first].append(pair.second)
        friends[pair.second].append(pair.first)
    plans: dict[str, BundlePlan] = {}
    used: set[str] = set()
    for pair in good:
        if len(plans) < limit and used.isdisjoint((pair.first, pair.second)):
            skus = _with_third(pair, friends, by_sku, used)
            name = " + ".join(sorted(by_sku[sku].kind for sku in skus))
            if name not in plans:
                plans[name] = BundlePlan(name, skus)
                used.update(skus)
    return list(plans.values())


def _surest_first(pair: Pair) -> tuple[float, str, str]:
    return -pair.lift * pair.household_count**0.5, pair.first, pair.second


def _fits(pair: Pair, by_sku: Mapping[str, CatalogueItem]) -> bool:
    first, second = by_sku.get(pair.first), by_sku.get(pair.second)
    if first is None or second is None or pair.household_count < MIN_HOUSEHOLDS:
        return False
    ratio = max(first.price_minor, second.price_minor) / min(first.price_minor, second.price_minor)
    return _differ(first, second) and ratio <= MAX_PRICE_RATIO


def _differ(one: CatalogueItem, other: CatalogueItem) -> bool:
    return one.kind != other.kind and one.category != other.category


def _with_third(
    pair: Pair, friends: Mapping[str, list[str]], by_sku: Mapping[str, CatalogueItem], used: set[str]
) -> tuple[str, ...]:
    first, second = by_sku[pair.first], by_sku[pair.second]
    of_second = set(friends[pair.second])
    for sku in friends[pair.first]:
        third = by_sku[sku]
        if sku in of_second and sku not in used and _differ(third, first) and _differ(third, second):
            return pair.first, pair.second, sku
    return pair.first, pair.second
