"""Quantiles of many groups at once."""

import numpy as np

from analytics.stats.arrays import Floats, Ints

_LARGEST_KEY = 2**63 - 1


def sort_within_groups(*, group: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Return groups and values sorted by group, then by value. Both (n,), each ≥ 0.

    If both fit into one integer, sorting that is several times faster than sorting by two keys.
    """
    if not len(group):
        return group, value
    width = int(value.max()) + 1
    if int(group.max()) < _LARGEST_KEY // width - 1:
        keys = group * width
        keys += value
        keys.sort()
        return np.divmod(keys, width)
    order = np.lexsort((value, group))
    return group[order], value[order]


def group_quantiles(*, first: Ints, count: Ints, value: Ints, q: float) -> Floats:
    """Return a quantile of each group, (k,), linearly interpolated like numpy's default method.

    first, count: (k,) group i is value[first[i]:first[i] + count[i]], ascending and not empty; value: (n,);
    q: 0 to 1, the median at 0.5.
    """
    # Relative to the start of the group, so that its position does not affect the last digit.
    place = (count - 1) * q
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, count - 1)
    below: Floats = value[first + low].astype(np.float64)
    quantile: Floats = below + (value[first + high] - below) * (place - low)
    return quantile


def runs_of(ordered: Ints) -> tuple[Ints, Ints]:
    """Return the start and the length of each run of equal numbers; ordered: (n,) ≥ 0."""
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    return first, np.diff(np.append(first, len(ordered)))
