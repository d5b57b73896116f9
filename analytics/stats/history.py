"""What each customer buys, and how strong each habit is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.habit import HabitScore, find_purchases, find_sold
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import DAY_US, Baskets, Ints
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class Histories:
    """Purchases by customer; those of customer i are product[starts[i]:starts[i + 1]]."""

    customer: Ints  # (k,) ids, ascending
    starts: Ints  # (k + 1,)
    product: Ints  # (n,) ids, best for a next basket first, then the lower id
    orders: Ints  # (n,) orders of the customer that hold it
    last_day: Ints  # (n,) days since 1970-01-01 UTC
    cart_score: npt.NDArray[np.float32]  # (n,)
    next_score: npt.NDArray[np.float32]  # (n,)


def find_histories(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    cart_habit: HabitScore | None = None,
    next_habit: HabitScore | None = None,
) -> Histories:
    """Return the `purchase_limit` strongest habits of each known customer, by their next basket's score."""
    now_us = int(baskets.placed_us.max(initial=0))
    purchases = find_purchases(baskets=baskets, now_us=now_us)
    sold = find_sold(baskets, settings)
    next_score = (next_habit or HabitScore()).of(purchases, sold, now_us=now_us)
    cart_score = (cart_habit or HabitScore()).of(purchases, sold, now_us=now_us)
    best = best_of_groups(
        group=purchases.buyer,
        score=next_score,
        tie=purchases.product,
        group_count=len(purchases.customer),
        limit=settings.purchase_limit,
    )
    return Histories(
        customer=purchases.customer,
        starts=starts_of(purchases.buyer[best], group_count=len(purchases.customer)),
        product=baskets.product[purchases.product[best]],
        orders=purchases.orders[best],
        last_day=purchases.last_us[best] // DAY_US,
        cart_score=cart_score[best],
        next_score=next_score[best],
    )
