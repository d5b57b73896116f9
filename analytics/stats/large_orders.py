"""Which orders pairs are counted in: an order costs its square, and a wholesale order tells little.

Every order up to the limit counts, always. Larger ones count too, the smallest first and of one size the
newest first, while all their pairs together are no more than those of the other orders, or than a fixed
budget if that is more. So a few giants never take more than half of the work, and a shop whose orders are
all large still learns. What did not fit is reported; where nothing is, the counts are exact over all orders.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.sales import Baskets, Ints
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class CountedOrders:
    """The orders that pairs are counted in, and how much was left out."""

    is_counted: npt.NDArray[np.bool_]  # (n_orders,)
    left_out_order_count: int
    left_out_pair_count: int  # pairs of products in those orders, each order's on its own


def choose_orders(*, baskets: Baskets, settings: LearningSettings) -> CountedOrders:
    """Return which orders count: all within the limit, and of the larger ones what the budget allows."""
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


def choose_large(
    *, sizes: Ints, placed_us: Ints, ordinary_pairs: int, settings: LearningSettings
) -> npt.NDArray[np.bool_]:
    """Return which orders above the limit count: (n,), given by id; the others hold `ordinary_pairs`."""
    ranked = np.lexsort((-placed_us, sizes))
    budget = max(ordinary_pairs, settings.large_order_pairs)
    is_counted = np.zeros(len(sizes), np.bool_)
    is_counted[ranked] = np.cumsum((sizes * (sizes - 1) // 2)[ranked]) <= budget
    return is_counted
