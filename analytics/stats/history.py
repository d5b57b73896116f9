"""The purchase history of each customer, and how strong each habit is."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Ints
from analytics.stats.blocks import ranges_of
from analytics.stats.habit import (
    HabitScore,
    Loyalty,
    PurchaseTotals,
    count_product_sales,
    find_loyalty,
    find_purchase_totals,
)
from analytics.stats.holdout import select
from analytics.stats.ranking import best_of_groups
from analytics.stats.sales import DAY_US, Baskets
from analytics.stats.settings import LearningSettings

Scores = npt.NDArray[np.float32]
# Columns of a block of customers: their ids, the number of purchases kept for each; then the position of each
# product, its orders, its last day, and both scores.
_Part = tuple[Ints, Ints, Ints, Ints, Ints, Scores, Scores]
_NO_INTS, _NO_SCORES = np.empty(0, np.int64), np.empty(0, np.float32)
_NONE: _Part = (_NO_INTS, _NO_INTS, _NO_INTS, _NO_INTS, _NO_INTS, _NO_SCORES, _NO_SCORES)


@dataclass(frozen=True, slots=True)
class Histories:
    """Purchases by customer; those of customer i are product[starts[i]:starts[i + 1]]."""

    customer: Ints  # (k,) ids, ascending
    starts: Ints  # (k + 1,)
    product: Ints  # (n,) ids, by descending score for the next basket, then ascending
    orders: Ints  # (n,) orders of the customer that contain it
    last_day: Ints  # (n,) days since 1970-01-01 UTC
    cart_score: Scores  # (n,)
    next_score: Scores  # (n,)


def find_histories(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    cart_habit: HabitScore | None = None,
    next_habit: HabitScore | None = None,
) -> Histories:
    """Return the `purchase_limit` strongest habits of each known customer, ranked for the next basket."""
    next_habit, cart_habit = next_habit or HabitScore(), cart_habit or HabitScore()
    now_us = int(baskets.placed_us.max(initial=0))
    sold = count_product_sales(baskets, settings)
    weighs_loyalty = "loyalty" in {*next_habit.nonzero, *cart_habit.nonzero}
    loyalty = _all_loyalty(baskets) if weighs_loyalty else None
    parts = []
    for block in _blocks_of(baskets):
        purchases = find_purchase_totals(baskets=block, now_us=now_us, loyalty=loyalty)
        next_score, cart_score = (
            habit.score(purchases, sold, now_us=now_us) for habit in (next_habit, cart_habit)
        )
        parts.append(_strongest(purchases, next_score, cart_score, limit=settings.purchase_limit))
    customer, counts, product, orders, last_day, cart, following = (
        np.concatenate(column) for column in zip(_NONE, *parts, strict=True)
    )
    return Histories(
        customer=customer,
        starts=np.concatenate([[0], np.cumsum(counts)]),
        product=baskets.product[product],
        orders=orders,
        last_day=last_day,
        cart_score=cart,
        next_score=following,
    )


def _blocks_of(baskets: Baskets) -> Iterator[Baskets]:
    """Yield the orders of known customers in blocks, in ascending order of customers."""
    customer, owner = np.unique(baskets.customer, return_inverse=True)
    counts = np.bincount(owner, weights=baskets.sizes, minlength=len(customer)).astype(np.int64)
    unknown = int(np.searchsorted(customer, 1))
    for first, last in ranges_of(counts[unknown:]):
        yield select(baskets, (owner >= first + unknown) & (owner < last + unknown))


def _all_loyalty(baskets: Baskets) -> Loyalty:
    """Return the loyalty of all known customers, added up over blocks."""
    buyers, orders = np.zeros((2, len(baskets.product)), np.int64)
    for block in _blocks_of(baskets):
        loyalty = find_loyalty(block)
        buyers += loyalty.buyers
        orders += loyalty.orders
    return Loyalty(buyers, orders)


def _strongest(purchases: PurchaseTotals, next_score: Scores, cart_score: Scores, *, limit: int) -> _Part:
    """Return the customers, the number of purchases kept for each, and the columns of these purchases."""
    best = best_of_groups(
        group=purchases.buyer,
        score=next_score,
        tie=purchases.product,
        group_count=len(purchases.customer),
        limit=limit,
    )
    counts = np.bincount(purchases.buyer[best], minlength=len(purchases.customer))
    last_day = purchases.last_us[best] // DAY_US
    columns = purchases.product[best], purchases.orders[best], last_day, cart_score[best], next_score[best]
    return purchases.customer, counts, *columns
