"""How much a distribution, or what is proposed, has changed since another time."""

from collections.abc import Hashable, Sequence
from enum import StrEnum
from typing import Final

import numpy as np

from analytics.stats.arrays import Floats, Ints

# The usual limits of credit scoring (N. Siddiqi, "Credit Risk Scorecards", 2006).
LOOK: Final = 0.1
ACT: Final = 0.25
# What is added to each bin, so that a bin that was or became empty has a finite share.
_PSEUDO_COUNT: Final = 0.5


class DriftLevel(StrEnum):
    """What a drift calls for."""

    STABLE = "stable"
    LOOK = "look"
    ACT = "act"


def stability_index(before: Ints, now: Ints) -> float | None:
    """Return the population stability index of counts per bin, (k,) each: 0 for equal shares; no upper limit.

    Half a count is added to each bin of both, so that empty bins count and do not make it infinite. None if
    one of them has no counts.
    """
    if not before.sum() or not now.sum():
        return None
    shares = [(counts + _PSEUDO_COUNT) / (counts + _PSEUDO_COUNT).sum() for counts in (before, now)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def drift_level(index: float) -> DriftLevel:
    """Return what a stability index calls for."""
    if index > ACT:
        return DriftLevel.ACT
    return DriftLevel.LOOK if index > LOOK else DriftLevel.STABLE


def quantile_edges(values: Floats, bin_count: int = 10) -> Floats:
    """Return the inner edges of bins that each hold about as many of the values, (n,): (m,), m < bin_count.

    Edges are unique: prices that repeat share a bin. Without values there is no edge, so one bin.
    """
    if not len(values):
        return np.empty(0)
    return np.unique(np.quantile(values, np.arange(1, bin_count) / bin_count))


def counts_between(values: Floats, edges: Floats) -> Ints:
    """Return the number of values, (n,), in each bin: (len(edges) + 1,); edges belong to the bin above."""
    bins = np.searchsorted(edges, values, side="right")
    return np.bincount(bins, minlength=len(edges) + 1).astype(np.int64)


def changed_share(before: Sequence[Sequence[Hashable]], now: Sequence[Sequence[Hashable]]) -> float | None:
    """Return the share of proposals that are new: of each list, those that its list before did not have.

    The lists of both times are in the same order. None without proposals.
    """
    total = sum(len(each) for each in now)
    if not total:
        return None
    kept = sum(len(set(each) & set(old)) for old, each in zip(before, now, strict=True))
    return 1 - kept / total
