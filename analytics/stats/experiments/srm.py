"""Find a sample ratio mismatch: more or fewer units in an arm than its weight says.

A mismatch means that units were lost or assigned wrongly, so the arms are not comparable. The sequential test
may be looked at every day (Lindon and Malek, NeurIPS 2022): it compares the split with splits near it, drawn
from a Dirichlet distribution. A changed split starts a new phase with its own counts: counts of two splits
say nothing when added.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import chdtrc, gammaln, xlogy

from analytics.stats.arrays import Floats, Ints

# How near the alternatives are to the split: the size of the sample that the prior is worth.
CONCENTRATION: Final = 10_000
# A split is broken below these p-values: of all looks so far, and of one look among many.
SEQUENTIAL_LIMIT: Final = 0.01
SINGLE_LIMIT: Final = 1e-5


@dataclass(frozen=True, slots=True)
class SplitPhase:
    """The days in which the split did not change."""

    weights: Floats  # (k,): of each arm, from 0; only their ratio matters
    daily_counts: Ints  # (days, k): new units of each day


def split_p_value(counts: Ints, weights: Floats) -> float:
    """Return the p-value of one look at the counts, (k,), by Pearson's chi-square.

    Arms without weight are left out. Without traffic, or with one arm, it is 1.
    """
    counts, shares = _weighted(counts, weights)
    total = counts.sum()
    if not total or len(shares) <= 1:
        return 1.0
    expected = total * shares
    return float(chdtrc(len(shares) - 1, ((counts - expected) ** 2 / expected).sum()))


def daily_split_p_values(phase: SplitPhase) -> Floats:
    """Return the p-value of each day, (days,), for somebody who has looked on all days before.

    It never rises: a mismatch that was found stays found. With probability alpha at most it is ever below
    alpha if the split is right. Without traffic, or with one arm, it is 1.
    """
    counts, shares = _weighted(phase.daily_counts, phase.weights)
    so_far, prior = counts.cumsum(axis=0), CONCENTRATION * shares
    log_alternative = (
        gammaln(CONCENTRATION)
        - gammaln(CONCENTRATION + so_far.sum(axis=1))
        + (gammaln(prior + so_far) - gammaln(prior)).sum(axis=1)
    )
    log_evidence = log_alternative - xlogy(so_far, shares).sum(axis=1)
    p_values: Floats = np.exp(np.minimum(np.minimum.accumulate(-log_evidence), 0.0))
    return p_values


def broken_phase(phases: tuple[SplitPhase, ...]) -> int | None:
    """Return the index of the first phase whose split is broken, None if all are right.

    The sequential test finds small mismatches of large traffic. The chi-square test of the last day finds
    large mismatches of little traffic, at a level that daily looks do not wear out. The limits are divided by
    the phases.
    """
    for index, phase in enumerate(phases):
        if not len(phase.daily_counts):
            continue
        sequential = daily_split_p_values(phase)[-1] * len(phases)
        single = split_p_value(phase.daily_counts.sum(axis=0), phase.weights) * len(phases)
        if sequential < SEQUENTIAL_LIMIT or single < SINGLE_LIMIT:
            return index
    return None


def _weighted(counts: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Return the counts of arms with weight, and their shares."""
    has_weight = weights > 0
    return counts[..., has_weight], weights[has_weight] / weights[has_weight].sum()
