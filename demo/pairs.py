"""Bundles from evidence: products that really are bought together, and are not of one kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from demo.shelf import ShelfItem

MIN_ORDERS = 20
MIN_LIFT = 4.0
MIN_PRICE_MINOR = 100
# A bundle of a $9 and a $1 product reads as a trick.
MAX_PRICE_RATIO = 5.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products (SKUs), the orders that hold both, and how much more often than by chance."""

    first: str
    second: str
    order_count: int
    lift: float


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """Products for one bundle."""

    name: str
    skus: tuple[str, ...]


def plan_bundles(pairs: Iterable[Pair], items: Iterable[ShelfItem], *, limit: int) -> list[BundlePlan]:
    """Return at most `limit` bundles, the surest pair first; no product is in two.

    A pair takes in a third product that is bought together with both, where there is one.
    """
    shelf = {item.sku: item for item in items if item.price_minor >= MIN_PRICE_MINOR}
    good = sorted((pair for pair in pairs if _fits(pair, shelf)), key=_surest_first)
    friends: dict[str, list[str]] = defaultdict(list)
    for pair in good:
        friends[pair.first].append(pair.second)
        friends[pair.second].append(pair.first)
    plans: list[BundlePlan] = []
    used: set[str] = set()
    for pair in good:
        if len(plans) < limit and used.isdisjoint((pair.first, pair.second)):
            skus = _with_third(pair, friends, shelf, used)
            plans.append(BundlePlan(" + ".join(shelf[sku].kind for sku in skus), skus))
            used.update(skus)
    return plans


def _surest_first(pair: Pair) -> tuple[float, str, str]:
    return -pair.lift * pair.order_count**0.5, pair.first, pair.second


def _fits(pair: Pair, shelf: Mapping[str, ShelfItem]) -> bool:
    first, second = shelf.get(pair.first), shelf.get(pair.second)
    if first is None or second is None or pair.order_count < MIN_ORDERS or pair.lift < MIN_LIFT:
        return False
    ratio = max(first.price_minor, second.price_minor) / min(first.price_minor, second.price_minor)
    return _differ(first, second) and ratio <= MAX_PRICE_RATIO


def _differ(one: ShelfItem, other: ShelfItem) -> bool:
    return one.kind != other.kind and one.category != other.category


def _with_third(
    pair: Pair, friends: Mapping[str, list[str]], shelf: Mapping[str, ShelfItem], used: set[str]
) -> tuple[str, ...]:
    first, second = shelf[pair.first], shelf[pair.second]
    of_second = set(friends[pair.second])
    for sku in friends[pair.first]:
        third = shelf[sku]
        if sku in of_second and sku not in used and _differ(third, first) and _differ(third, second):
            return pair.first, pair.second, sku
    return pair.first, pair.second
