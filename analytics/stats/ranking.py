"""The best entries of each group, in a deterministic order."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Ints


def best_of_groups(
    *, group: Ints, score: npt.NDArray[Any], tie: npt.NDArray[Any], group_count: int, limit: int
) -> Ints:
    """Return the positions of the `limit` highest scores of each group, by group, best first.

    group: (n,) ascending, 0 ≤ group < group_count; score: (n,) any number; ties by the lower `tie`, (n,).
    Smaller groups are returned whole. Without entries, the result is empty.
    """
    counts = np.bincount(group, minlength=group_count)
    ends = np.cumsum(counts)
    # First drop what cannot be among the best, by a linear selection in each large group; sort only the rest.
    floor = np.full(group_count, np.iinfo(score.dtype).min if score.dtype.kind in "iu" else -np.inf)
    floor = floor.astype(score.dtype)
    for place in np.flatnonzero(counts > limit):
        scores = score[ends[place] - counts[place] : ends[place]]
        floor[place] = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    kept = np.flatnonzero(score >= floor[group])
    ranked = kept[np.lexsort((tie[kept], -score[kept], group[kept]))]
    return ranked[ranks_in_groups(group[ranked], group_count=group_count) < limit]


def ranks_in_groups(group: Ints, *, group_count: int) -> Ints:
    """Return the rank of each entry in its group, from 0: (n,). group: (n,) ascending."""
    return np.arange(len(group)) - starts_of(group, group_count=group_count)[group]


def starts_of(group: Ints, *, group_count: int) -> Ints:
    """Return the start of each group, and the end of the last: (group_count + 1,). group: (n,) ascending."""
    return np.concatenate([[0], np.cumsum(np.bincount(group, minlength=group_count))])
