"""Working through millions of lines a block at a time, so that memory holds a block's intermediates only."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analytics.stats.sales import Ints

# What millions of lines are kept as, in half the memory: positions, days.
Positions = npt.NDArray[np.int32]
BLOCK_LINES = 125_000


def slices_of(count: int) -> Iterator[slice]:
    """Yield slices of at most `BLOCK_LINES` that cover `count` rows."""
    return (slice(start, start + BLOCK_LINES) for start in range(0, count, BLOCK_LINES))


def ranges_of(counts: Ints) -> Iterator[tuple[int, int]]:
    """Yield ranges of positions that hold at most `BLOCK_LINES` lines together, or are one position.

    counts: (n,) lines of each position. No positions: no ranges.
    """
    sums = np.cumsum(counts)
    first, before = 0, 0
    while first < len(counts):
        last = max(first + 1, int(np.searchsorted(sums, before + BLOCK_LINES, side="right")))
        yield first, last
        first, before = last, int(sums[last - 1])
