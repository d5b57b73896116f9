"""Count pairs one product at a time with compiled loops, without a table of all pairs.

One row of counters is reused for all products. For each product, the loops go through its orders, count the
other products in them, and insert those that reach the minimum into a short sorted list. The work is one
addition per pair and order; the memory is one row and the lists. `NUMBA_CACHE_DIR` caches the compiled code.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from analytics.stats.arrays import Floats, Ints
from analytics.stats.pairs import PairProblem, TopLists
from analytics.stats.sales import Progress

# Work between two reports of progress, in cells; a row adds `CELLS_A_ROW`, because its list takes memory.
STRIDE_CELLS = 1_000_000
CELLS_A_ROW = 20

# Unsigned indices: compiled code does not check whether they count from the end.
Indices = npt.NDArray[np.uint32]


class _Baskets(NamedTuple):
    starts: Ints  # (n_orders + 1,)
    cells: Indices  # (n_cells,) ranks
    packed: Ints  # (n_orders,)
    row_starts: Ints  # (n_ranks + 1,) orders of rank r: row_orders[row_starts[r]:row_starts[r + 1]]
    row_orders: Indices  # (n_cells,)


class _Counters(NamedTuple):
    packed: Ints  # (n_ranks,) all zero between two rows
    touched: Indices  # (n_ranks + 1,) the ranks with nonzero counters


class _Scale(NamedTuple):
    product: Ints
    own_factor: Floats
    partner_factor: Floats
    shift: int
    minimum: int
    limit: int


class _Lists(NamedTuple):
    partner: Ints
    score: Floats
    orders: Ints


def count_compiled(
    problem: PairProblem,
    *,
    on_progress: Progress,
    rows: tuple[int, int] | None = None,
    stride_cells: int = STRIDE_CELLS,
) -> TopLists:
    """Return the best partners of all ranks, or of ranks rows[0] to rows[1] - 1."""
    rank_count = problem.rank_count
    cells = problem.cells.view(np.uint32)
    baskets = _Baskets(problem.starts, cells, problem.packed, *_invert(problem.starts, cells, rank_count))
    counters = _Counters(np.zeros(rank_count, np.int64), np.empty(rank_count + 1, np.uint32))
    scale = _Scale(
        problem.product,
        problem.own_factor,
        problem.partner_factor,
        problem.shift,
        problem.minimum,
        problem.limit,
    )
    first, end = rows or (0, rank_count)
    counts, parts, pair_count = np.zeros(rank_count, np.int64), [_empty_lists(0)], 0
    for start, stop in _strides(baskets.row_starts, rows=(first, end), cells=stride_cells):
        lists = _empty_lists((stop - start) * problem.limit)
        filled, seen = _count_rows(start, stop, baskets, counters, scale, counts, lists)
        parts.append(
            _Lists(lists.partner[:filled].copy(), lists.score[:filled].copy(), lists.orders[:filled].copy())
        )
        pair_count += seen
        on_progress("count", stop, rank_count)
    partner, score, orders = (np.concatenate(column) for column in zip(*parts, strict=True))
    return TopLists(counts[first:end], partner, score, orders, pair_count)


def _empty_lists(room: int) -> _Lists:
    return _Lists(np.empty(room, np.int64), np.empty(room), np.empty(room, np.int64))


def _strides(row_starts: Ints, *, rows: tuple[int, int], cells: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of rows with about `cells` cells each."""
    work = row_starts + CELLS_A_ROW * np.arange(len(row_starts))
    start, end = rows
    while start < end:
        stop = int(np.searchsorted(work, work[start] + cells, side="right")) - 1
        stop = min(max(stop, start + 1), end)
        yield start, stop
        start = stop


@njit(cache=True, nogil=True)
def _invert(starts: Ints, cells: Indices, rank_count: int) -> tuple[Ints, Indices]:
    """Return the inverted index: where the orders of each rank start, and those orders, ascending."""
    sizes = np.zeros(rank_count + 1, np.int64)
    for rank in cells:
        sizes[rank + 1] += 1
    row_starts = np.cumsum(sizes)
    places = row_starts.copy()
    orders = np.empty(len(cells), np.uint32)
    for order in range(len(starts) - 1):
        for cell in range(np.uint64(starts[order]), np.uint64(starts[order + 1])):
            rank = cells[cell]
            orders[np.uint64(places[rank])] = order
            places[rank] += 1
    return row_starts, orders


@njit(cache=True, nogil=True)
def _count_rows(
    start: int,
    stop: int,
    baskets: _Baskets,
    counters: _Counters,
    scale: _Scale,
    counts: Ints,
    lists: _Lists,
) -> tuple[int, int]:
    """Write the lists of the rows, one after another; return their length and the number of pairs."""
    filled, pair_count = 0, 0
    for row in range(start, stop):
        touched_count = _count_row(np.uint64(row), baskets, counters)
        counters.packed[row] = 0  # a product is not its own partner
        kept, seen = _keep_best(np.uint64(row), touched_count, counters, scale, lists, filled)
        counts[row] = kept
        filled += kept
        pair_count += seen
    return filled, pair_count


@njit(cache=True, nogil=True)
def _count_row(row: np.uint64, baskets: _Baskets, counters: _Counters) -> np.uint64:
    """Count the products in the orders of the row; return how many were counted, including its own."""
    starts, cells, packed = baskets.starts, baskets.cells, baskets.packed
    sums, touched = counters.packed, counters.touched
    touched_count = np.uint64(0)
    for place in range(np.uint64(baskets.row_starts[row]), np.uint64(baskets.row_starts[row + 1])):
        order = baskets.row_orders[place]
        one = packed[order]
        for cell in range(np.uint64(starts[order]), np.uint64(starts[order + 1])):
            rank = cells[cell]
            before = sums[rank]
            touched[touched_count] = rank  # overwritten by the next one unless its counter was zero
            touched_count += np.uint64(before == 0)
            sums[rank] = before + one
    return touched_count


@njit(cache=True, nogil=True)
def _keep_best(
    row: np.uint64,
    touched_count: np.uint64,
    counters: _Counters,
    scale: _Scale,
    lists: _Lists,
    first: int,
) -> tuple[int, int]:
    """Write the row's best partners from `first` on, reset the counters; return the kept and found counts."""
    minimum = np.int64(scale.minimum) << scale.shift
    weight_bits = (np.int64(1) << scale.shift) - 1
    own_factor = scale.own_factor[row]
    kept, seen, floor = 0, 0, -1.0
    for place in range(touched_count):
        rank = counters.touched[place]
        packed = counters.packed[rank]
        counters.packed[rank] = 0
        if packed < minimum:
            continue
        seen += 1
        score = float(packed & weight_bits) * own_factor * scale.partner_factor[rank]
        if score >= floor:
            orders = packed >> scale.shift
            kept = _insert(lists, first, kept, scale.limit, scale.product[rank], score, orders)
            if kept == scale.limit:
                floor = lists.score[first + kept - 1]
    return kept, seen


@njit(cache=True, nogil=True)
def _insert(lists: _Lists, first: int, kept: int, limit: int, partner: int, score: float, orders: int) -> int:
    """Insert a partner into the sorted list of `kept` partners from `first` on; return the new length."""
    place = first + kept
    if kept == limit:
        place -= 1  # the last one is dropped, unless the new one ranks below it
        if lists.score[place] == score and lists.partner[place] < partner:
            return kept
    while place > first and (
        lists.score[place - 1] < score
        or (lists.score[place - 1] == score and lists.partner[place - 1] > partner)
    ):
        lists.partner[place] = lists.partner[place - 1]
        lists.score[place] = lists.score[place - 1]
        lists.orders[place] = lists.orders[place - 1]
        place -= 1
    lists.partner[place] = partner
    lists.score[place] = score
    lists.orders[place] = orders
    return min(kept + 1, limit)
