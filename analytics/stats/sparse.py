"""Count pairs as a sparse matrix product, for machines without numba. The lists are identical, bit for bit.

X is the orders × ranks matrix of ones, P the same with the packed count and weight of each order. XᵀP
contains the sum of every pair. It is calculated in blocks of rows, and only the best partners are kept.
"""

from collections.abc import Iterator
from typing import cast

import numpy as np
from scipy import sparse

from analytics.stats.arrays import Floats, Ints
from analytics.stats.pairs import PairProblem, TopLists
from analytics.stats.ranking import best_of_groups
from analytics.stats.sales import Progress

# Cells of the pair matrix in memory at once, about 20 MB.
BLOCK_CELLS = 1_000_000

Matrix = sparse.csr_array[np.int64, tuple[int, int]]


def count_sparse(
    problem: PairProblem,
    *,
    on_progress: Progress,
    rows: tuple[int, int] | None = None,
    block_cells: int = BLOCK_CELLS,
) -> TopLists:
    """Return the best partners of all ranks, or of ranks rows[0] to rows[1] - 1."""
    left, right = _factors(problem)
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))]
    pair_count = 0
    sizes = np.diff(problem.starts)
    for start, stop in _blocks(left, sizes=sizes, rows=rows or (0, problem.rank_count), limit=block_cells):
        own, partner, packed = _count_block(
            left, right, start=start, stop=stop, minimum=_packed_minimum(problem)
        )
        pair_count += len(own)
        parts.append(_best(problem, own=own, partner=partner, packed=packed, start=start, stop=stop))
        on_progress("count", stop, problem.rank_count)
    counts, partner, score, orders = (np.concatenate(column) for column in zip(*parts, strict=True))
    return TopLists(counts, partner, score, orders, pair_count)


def _packed_minimum(problem: PairProblem) -> int:
    return problem.minimum << problem.shift


def _factors(problem: PairProblem) -> tuple[Matrix, Matrix]:
    """Return Xᵀ, (n_ranks, n_orders), and P, (n_orders, n_ranks)."""
    sizes = np.diff(problem.starts)
    shape = (len(sizes), problem.rank_count)
    ones = np.ones(len(problem.cells), np.int64)
    held = Matrix((ones, problem.cells, problem.starts), shape=shape)
    packed: Matrix = Matrix((np.repeat(problem.packed, sizes), problem.cells, problem.starts), shape=shape)
    return cast("Matrix", held.T.tocsr()), packed


def _blocks(left: Matrix, *, sizes: Ints, rows: tuple[int, int], limit: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of rows whose part of XᵀP has at most `limit` cells, or single rows.

    The cells of a row are at most the products in the product's orders, and at most all products.
    """
    held = np.concatenate([[0], np.cumsum(sizes[left.indices])])
    most = np.minimum(held[left.indptr[1:]] - held[left.indptr[:-1]], left.shape[0])
    sums = np.concatenate([[0], np.cumsum(most)])
    start, end = rows
    while start < end:
        stop = int(np.searchsorted(sums, sums[start] + limit, side="right")) - 1
        stop = min(max(stop, start + 1), end)
        yield start, stop
        start = stop


def _count_block(
    left: Matrix, right: Matrix, *, start: int, stop: int, minimum: int
) -> tuple[Ints, Ints, Ints]:
    """Return own rank, partner rank and packed sum of the pairs of rows start:stop that reach `minimum`."""
    sums = left[start:stop] @ right
    kept = np.flatnonzero(sums.data >= minimum)
    own = np.searchsorted(sums.indptr, kept, side="right") - 1 + start
    partner = sums.indices[kept].astype(np.int64)
    different = own != partner
    return own[different], partner[different], sums.data[kept[different]]


def _best(
    problem: PairProblem, *, own: Ints, partner: Ints, packed: Ints, start: int, stop: int
) -> tuple[Ints, Ints, Floats, Ints]:
    """Return the counts by row, and product positions, scores and orders of the best partners of a block."""
    steps = packed & ((1 << problem.shift) - 1)
    score = steps.astype(np.float64) * problem.own_factor[own] * problem.partner_factor[partner]
    product = problem.product[partner]
    best = best_of_groups(
        group=own - start, score=score, tie=product, group_count=stop - start, limit=problem.limit
    )
    counts = np.bincount(own[best] - start, minlength=stop - start)
    return counts, product[best], score[best], packed[best] >> problem.shift
