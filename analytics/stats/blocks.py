"""Split millions of lines into blocks, so that only the intermediate results of one block are in memory."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Ints

# Positions and days of millions of lines, in half the memory of 64-bit integers.
Positions = npt.NDArray[np.int32]
BLOCK_LINES = 125_000


def slices_of(count: int) -> Iterator[slice]:
    """Yield slices of at most `BLOCK_LINES` that cover `count` rows."""
    return (slice(start, start + BLOCK_LINES) for start in range(0, count, BLOCK_LINES))


def ranges_of(counts: Ints) -> Iterator[tuple[int, int]]:
    """Yield ranges (first, last + 1) of positions with at most `BLOCK_LINES` lines together, or one position.

    counts: (n,) lines of each position. Yields nothing if n is 0.
    """
    sums = np.cumsum(counts)
    first, before = 0, 0
    while first < len(counts):
        last = max(first + 1, int(np.searchsorted(sums, before + BLOCK_LINES, side="right")))
        yield first, last
        first, before = last, int(sums[last - 1])
