"""Choose the orders in which pairs are counted: the cost of an order grows with the square of its size.

Orders up to the limit always count. Larger ones are added from the smallest to the largest, and of equal size
from the newest, while their pairs together are no more than those of all other orders, or than a fixed budget
if that is more. So a few very large orders never take more than half of the work, and a shop that has only
large orders still gets results. What is left out is reported; if nothing is, the counts are exact.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Flags, Ints
from analytics.stats.sales import Baskets
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class CountedOrders:
    """The orders in which pairs are counted, and how much was left out."""

    is_counted: Flags  # (n_orders,)
    left_out_order_count: int
    left_out_pair_count: int  # pairs of products in those orders, added up by order


def choose_orders(*, baskets: Baskets, settings: LearningSettings) -> CountedOrders:
    """Return the orders that count: all within the limit, and the larger ones that fit into the budget."""
    sizes = baskets.sizes
    pairs = sizes * (sizes - 1) // 2
    is_counted = sizes <= settings.order_size_limit
    large = np.flatnonzero(~is_counted)
    is_counted[large] = choose_large(
        sizes=sizes[large],
        placed_us=baskets.placed_us[large],
        ordinary_pairs=int(pairs[is_counted].sum()),
        settings=settings,
    )
    return CountedOrders(
        is_counted=is_counted,
        left_out_order_count=int((~is_counted).sum()),
        left_out_pair_count=int(pairs[~is_counted].sum()),
    )


def choose_large(*, sizes: Ints, placed_us: Ints, ordinary_pairs: int, settings: LearningSettings) -> Flags:
    """Return which of the orders above the limit count: (n,), in order of ids.

    ordinary_pairs: the number of pairs in all other orders.
    """
    ranked = np.lexsort((-placed_us, sizes))
    budget = max(ordinary_pairs, settings.large_order_pairs)
    is_counted = np.zeros(len(sizes), np.bool_)
    is_counted[ranked] = np.cumsum((sizes * (sizes - 1) // 2)[ranked]) <= budget
    return is_counted
