"""Divide the traffic of the next day among the arms (Thompson sampling on daily batches).

Each arm gets the chance that it is the best (W. R. Thompson, Biometrika 25, 1933; S. L. Scott, "A modern
Bayesian look at the multi-armed bandit", 2010), within the bounds that the merchandiser set. The shares are
the propensities: who got an arm is known exactly, and what other rules would have earned can be estimated
afterwards.
"""

from typing import Final

import numpy as np
from scipy.optimize import brentq

from analytics.stats.arrays import Floats

# Keeps the chances positive, so that arms without a chance share what is left when all others are at their
# bound.
_SMALLEST: Final = 1e-9


def bounded_shares(chances: Floats, *, least: Floats, most: Floats) -> Floats:
    """Return the share of the traffic of each arm, (k,), which sum to 1.

    Shares are proportional to `chances` where the bounds allow it: 0 <= least <= most <= 1, (k,) each. Raises
    ValueError if the bounds leave no choice that sums to 1.
    """
    if least.sum() > 1 + _SMALLEST or most.sum() < 1 - _SMALLEST:
        raise ValueError("The bounds of the arms' shares do not allow a sum of 1.")
    wanted = np.maximum(chances, _SMALLEST)

    def excess(scale: float) -> float:
        return float(np.clip(scale * wanted, least, most).sum() - 1)

    high = 1 / _SMALLEST
    if excess(0.0) >= 0:
        shares = least
    elif excess(high) <= 0:
        shares = most
    else:
        shares = np.clip(brentq(excess, 0.0, high, xtol=1e-15) * wanted, least, most)
    total: Floats = shares / shares.sum()
    return total


def matured_trials(daily_trials: Floats, known_shares: Floats) -> Floats:
    """Return the trials of each arm whose outcome is known: (k,), fractions.

    daily_trials: (days, k), the last row is today's; known_shares: (n,), the share of purchases that are
    known 0, 1, … days after the trial, ascending. A trial of yesterday counts only as much as it could have
    sold by now: otherwise arms that get more traffic lately would look worse than they are. Older trials
    count as the last share.
    """
    ages = np.arange(len(daily_trials))[::-1]
    known = known_shares[np.minimum(ages, len(known_shares) - 1)]
    trials: Floats = known @ daily_trials
    return trials
