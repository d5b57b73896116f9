"""When to stop a bandit: what could still be gained by another arm.

The value remaining is by how much the best rate may exceed that of the arm that is most likely best, as a
share of it (S. L. Scott, support.google.com/analytics/2844870). It is settled when its 95th percentile is
below 1 %.
"""

from typing import Final

from scipy.optimize import brentq

from analytics.stats.experiments.bandit.limit import LIMIT
from analytics.stats.experiments.bandit.posterior import BetaPosteriors

_CHANCE: Final = 0.05


def leading_arm(posteriors: BetaPosteriors) -> int:
    """Return the index of the arm that is most likely the best; posteriors: (k,)."""
    return int(posteriors.chance_best().argmax())


def value_remaining(posteriors: BetaPosteriors, *, chance: float = _CHANCE) -> float:
    """Return what another arm may earn more than the leading one, except with `chance`: a share, from 0.

    posteriors: (k,). 0 with a single arm.
    """
    leader = leading_arm(posteriors)

    def excess(gain: float) -> float:
        return float(posteriors.chance_of_gain(leader, gain)) - chance

    if excess(0.0) <= 0:
        return 0.0
    high = LIMIT
    while excess(high) > 0:
        high *= 2
    return float(brentq(excess, 0.0, high, xtol=1e-6))


def is_settled(posteriors: BetaPosteriors, *, limit: float = LIMIT, chance: float = _CHANCE) -> bool:
    """Return whether the value remaining is below `limit`; posteriors: (k,)."""
    return float(posteriors.chance_of_gain(leading_arm(posteriors), limit)) < chance
