"""Quantiles of many groups at once."""

import numpy as np

from analytics.stats.evidence import Floats
from analytics.stats.sales import Ints

_LARGEST_KEY = 2**63 - 1


def sorted_in_groups(*, group: Ints, figure: Ints) -> tuple[Ints, Ints]:
    """Return groups and figures by group, then by figure. Both (n,), each ≥ 0.

    Where both fit into one integer, sorting that is several times as fast as sorting by two.
    """
    if not len(group):
        return group, figure
    width = int(figure.max()) + 1
    if int(group.max()) < _LARGEST_KEY // width - 1:
        keys = group * width
        keys += figure
        keys.sort()
        return np.divmod(keys, width)
    order = np.lexsort((figure, group))
    return group[order], figure[order]


def quantile_of_groups(*, first: Ints, count: Ints, figure: Ints, share: float) -> Floats:
    """Return a quantile of each group, (k,), interpolated between its two nearest figures.

    Group i is the `count[i]` figures from `first[i]` on, ascending and at least one; share: 0 to 1, the
    median at 0.5. The same as numpy's default method.
    """
    # Counted from the group's own start: where a group stands must not move the last digit.
    place = (count - 1) * share
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, count - 1)
    below: Floats = figure[first + low].astype(np.float64)
    quantile: Floats = below + (figure[first + high] - below) * (place - low)
    return quantile


def runs_of(ordered: Ints) -> tuple[Ints, Ints]:
    """Return where each run of equal numbers starts and how long it is; ordered: (n,) ≥ 0."""
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    return first, np.diff(np.append(first, len(ordered)))
