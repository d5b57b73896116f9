"""Find products that are bought together: the best partners of each product, from the pairs of all orders.

The score of a pair is the summed weight of the orders that contain both, reduced by how common each product
is (`LearningSettings`). An engine does the counting (see `pairs`).
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.engines import ENGINES
from analytics.stats.large_orders import choose_orders
from analytics.stats.pairs import build_problem
from analytics.stats.sales import Baskets, Progress, no_progress
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class PartnerLists:
    """Best partners, by product, then by descending score; ties by the lower partner."""

    own: Ints  # (n,) product positions
    partner: Ints  # (n,) product positions
    score: Floats  # (n,)
    orders: Ints  # (n,) orders that contain both
    product_orders: Ints  # (n_products,) counted orders that contain each product
    order_count: int  # orders that were counted
    oversized_order_count: int  # orders too large to be counted, see `large_orders`
    oversized_pair_count: int  # pairs in them
    pair_count: int  # pairs that `pair_min_orders` orders or more contain, each counted once


def find_partners(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    order_weights: Floats | None = None,
    is_wanted: Flags | None = None,
    on_progress: Progress = no_progress,
) -> PartnerLists:
    """Count the pairs and return each product's `partner_limit` best partners.

    order_weights: (n_orders,), ≥ 0; default `|order| ** -size_exponent`. They are rounded to whole steps: the
    heaviest order has at least 2¹⁴ of them, as long as no product is in more than 16 million orders.
    is_wanted: (n_products,), the products whose partners are needed; default all.
    """
    if order_weights is None:
        order_weights = baskets.sizes.astype(np.float64) ** -settings.size_exponent
    chosen = choose_orders(baskets=baskets, settings=settings)
    problem, product_orders = build_problem(
        baskets=baskets,
        weights=order_weights,
        is_counted=chosen.is_counted,
        settings=settings,
        is_wanted=is_wanted,
    )
    listed = problem.product
    if is_wanted is not None:
        listed = listed[: int(is_wanted[listed].sum())]
    lists = ENGINES[settings.engine](problem, on_progress=on_progress, rows=(0, len(listed)))
    by_product = _rows_by_product(listed, lists.counts)
    return PartnerLists(
        own=np.repeat(listed, lists.counts)[by_product],
        partner=lists.partner[by_product],
        score=lists.score[by_product],
        orders=lists.orders[by_product],
        product_orders=product_orders,
        order_count=len(baskets.order) - chosen.left_out_order_count,
        oversized_order_count=chosen.left_out_order_count,
        oversized_pair_count=chosen.left_out_pair_count,
        pair_count=lists.directed_pair_count // 2,
    )


def _rows_by_product(product: Ints, counts: Ints) -> Ints:
    """Return the rows of lists that are sorted by rank, sorted by product: (n,).

    product, counts: (n_ranks,) the product position of each rank, and the length of its list.
    """
    ranks = np.argsort(product)
    starts, lengths = (np.cumsum(counts) - counts)[ranks], counts[ranks]
    return np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
