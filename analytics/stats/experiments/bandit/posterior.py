"""What is known of the rates of several arms: beta distributions, and the chance that each arm is the best.

Chances are integrals over the quantiles of one arm, by Gauss-Legendre nodes: the same for the same counts,
without random draws. Between arms that are known about equally well they are exact to many digits; an arm
that is known far better than another is a step between two nodes, which is an error of about 1 % at most.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc, betaincinv

from analytics.stats.arrays import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_QUANTILES: Final = (_NODES + 1) / 2
_MASSES: Final = _WEIGHTS / 2


@dataclass(frozen=True, slots=True)
class BetaPosteriors:
    """Beta distributions of the arms' rates: (…, k) each; leading axes are separate experiments."""

    alpha: Floats
    beta: Floats

    @classmethod
    def of(cls, successes: Floats, trials: Floats) -> "BetaPosteriors":
        """Return the distributions after these counts, (…, k), with a uniform prior.

        Trials may be fractions (see `matured_trials`) and smaller than the successes so far.
        """
        return cls(1.0 + successes, 1.0 + np.maximum(trials - successes, 0.0))

    def chance_best(self) -> Floats:
        """Return the chance that each arm has the highest rate: (…, k), from 0 to 1, which sum to 1."""
        count = self.alpha.shape[-1]
        chances = np.stack([self._chance_above_others(arm, 1.0) for arm in range(count)], axis=-1)
        total: Floats = chances / chances.sum(axis=-1, keepdims=True)
        return total

    def chance_of_gain(self, arm: int, gain: float) -> Floats:
        """Return the chance that another arm's rate exceeds the arm's by more than a share `gain`: (…)."""
        return 1.0 - self._chance_above_others(arm, 1.0 + gain)

    def _chance_above_others(self, arm: int, factor: float) -> Floats:
        """Return the chance that `factor` times the arm's rate is above the rates of all others: (…)."""
        own = betaincinv(self.alpha[..., arm, None], self.beta[..., arm, None], _QUANTILES)
        reach = np.minimum(factor * own, 1.0)
        below = betainc(self.alpha[..., None, :], self.beta[..., None, :], reach[..., None])
        below[..., arm] = 1.0
        chance: Floats = below.prod(axis=-1) @ _MASSES
        return chance
