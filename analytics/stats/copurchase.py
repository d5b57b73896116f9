"""Which products are bought together: pair counts over all orders, and each product's best partners.

With X the orders × products matrix of ones, XᵀX counts the orders that hold each pair. Of each pair two sums
are needed, the orders and their weights |order|^-size_exponent, so the right factor holds 1 + weight·i: one
multiplication gives the count as the real part and the weighted sum as the imaginary one, both in float64.
The product is taken a block of rows at a time, and only the best partners of a block are kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.stats.evidence import Floats
from analytics.stats.ranking import best_of_groups
from analytics.stats.sales import Baskets, Ints, Progress, no_progress
from analytics.stats.settings import LearningSettings

Matrix = sparse.csr_array[np.complex128, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Partners:
    """Best partners, ordered by product, then best first; equal scores by the lower partner."""

    own: Ints  # (n,) product positions
    partner: Ints  # (n,) product positions
    score: Floats  # (n,)
    orders: Ints  # (n,) orders that hold both
    product_orders: Ints  # (n_products,) counted orders that hold each product
    order_count: int  # orders that were counted
    oversized_order_count: int  # orders above `order_size_limit`, which were not
    pair_count: int  # pairs seen in `pair_min_orders` orders or more, each once


@dataclass(frozen=True, slots=True)
class _Block:
    """Pairs of a block of rows: only those seen often enough."""

    own: Ints
    partner: Ints
    orders: Floats
    weight: Floats


def find_partners(
    *, baskets: Baskets, settings: LearningSettings, on_progress: Progress = no_progress
) -> Partners:
    """Count the pairs and return each product's `partner_limit` best partners."""
    within = baskets.sizes <= settings.order_size_limit
    left, right = _factors(baskets, within=within, settings=settings)
    product_count = len(baskets.product)
    orders = np.diff(left.indptr).astype(np.int64)
    damping = np.maximum(orders, 1).astype(np.float64)
    own_damping, partner_damping = damping**-settings.own_exponent, damping**-settings.partner_exponent
    parts: list[tuple[Ints, Ints, Floats, Ints]] = []
    directed_count = 0
    for start, stop in _blocks(left, sizes=baskets.sizes[within], limit=settings.block_cells):
        block = _count_block(left, right, start=start, stop=stop, minimum=settings.pair_min_orders)
        directed_count += len(block.own)
        score = block.weight * own_damping[block.own] * partner_damping[block.partner]
        best = best_of_groups(
            group=block.own - start,
            score=score,
            tie=block.partner,
            group_count=stop - start,
            limit=settings.partner_limit,
        )
        parts.append((block.own[best], block.partner[best], score[best], block.orders[best].astype(np.int64)))
        on_progress("count", stop, product_count)
    own, partner, scores, together = _joined(parts)
    return Partners(
        own=own,
        partner=partner,
        score=scores,
        orders=together,
        product_orders=orders,
        order_count=int(within.sum()),
        oversized_order_count=int((~within).sum()),
        pair_count=directed_count // 2,
    )


def _factors(
    baskets: Baskets, *, within: npt.NDArray[np.bool_], settings: LearningSettings
) -> tuple[Matrix, Matrix]:
    """Return Xᵀ, (n_products, n_orders), and X with 1 + weight·i for ones, of the orders within the limit."""
    sizes = baskets.sizes[within]
    cells = baskets.cells[np.repeat(within, baskets.sizes)]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    shape = (len(sizes), len(baskets.product))
    ones = np.ones(len(cells), np.complex128)
    weights = np.repeat(sizes.astype(np.float64) ** -settings.size_exponent, sizes)
    left = Matrix((ones, cells, starts), shape=shape).T.tocsr()
    return left, Matrix((ones + 1j * weights, cells, starts), shape=shape)


def _blocks(left: Matrix, *, sizes: Ints, limit: int) -> Iterator[tuple[int, int]]:
    """Yield row ranges whose part of XᵀX has at most `limit` cells, or one row.

    A row has at most as many cells as the product's orders hold products, and as there are products.
    """
    row_count = left.shape[0]
    held = np.concatenate([[0], np.cumsum(sizes[left.indices])])
    most = np.minimum(held[left.indptr[1:]] - held[left.indptr[:-1]], row_count)
    sums = np.cumsum(most)
    start, before = 0, 0
    while start < row_count:
        stop = max(start + 1, int(np.searchsorted(sums, before + limit, side="right")))
        yield start, stop
        start, before = stop, int(sums[stop - 1])


def _count_block(left: Matrix, right: Matrix, *, start: int, stop: int, minimum: int) -> _Block:
    """Return the pairs of rows start to stop that at least `minimum` orders hold."""
    counts = left[start:stop] @ right
    kept = np.flatnonzero(counts.data.real >= minimum)
    own = np.searchsorted(counts.indptr, kept, side="right") - 1 + start
    partner = counts.indices[kept].astype(np.int64)
    different = own != partner
    data = counts.data[kept[different]]
    return _Block(own[different], partner[different], data.real, data.imag)


def _joined(parts: list[tuple[Ints, Ints, Floats, Ints]]) -> tuple[Ints, Ints, Floats, Ints]:
    """Return the parts as one; no parts give empty arrays."""
    none = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))
    own, partner, score, orders = zip(none, *parts, strict=True)
    return np.concatenate(own), np.concatenate(partner), np.concatenate(score), np.concatenate(orders)
