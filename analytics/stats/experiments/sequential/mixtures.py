"""Uniform bounds: what a sum never exceeds, at any time, except with probability alpha.

Howard, Ramdas, McAuliffe and Sekhon (Annals of Statistics 49, 2021). `v` is the variance of the sum so far.
Each mixture is a supermartingale under no effect, so it reaches 1 / alpha with probability alpha at most
(Ville): its bound is the sum at which it does. They are made with `for_variance`, the variance at which the
bound is tightest.
"""

from dataclasses import dataclass
from math import inf, log, sqrt
from typing import Final, Protocol

from scipy.optimize import brentq
from scipy.special import betaln, gammainc, gammaln, log_ndtr, zeta

from analytics.stats.experiments.rates import Successes

ALPHA: Final = 0.05
_SMALLEST: Final = 1e-12


class UniformMixture(Protocol):
    """A mixture of supermartingales."""

    def log_evidence(self, total: float, v: float) -> float:
        """Return the logarithm of the mixture for the sum `total`."""
        ...

    def largest(self, v: float) -> float:  # noqa: ARG002 no limit, unless a mixture has one
        """Return the largest sum that is possible."""
        return inf


@dataclass(frozen=True, slots=True)
class NormalMixture(UniformMixture):
    """For sums that may go both ways, as light-tailed as a normal one."""

    rho: float

    @classmethod
    def for_variance(cls, optimal: float, alpha: float = ALPHA) -> "NormalMixture":
        """Return the mixture that is tightest at this variance."""
        return cls(_best_rho(optimal, alpha))

    def log_evidence(self, total: float, v: float) -> float:
        """Return the logarithm of the mixture for the sum `total`."""
        return 0.5 * log(self.rho / (v + self.rho)) + total**2 / (2 * (v + self.rho))


@dataclass(frozen=True, slots=True)
class OneSidedNormalMixture(UniformMixture):
    """For sums of which only an excess matters."""

    rho: float

    @classmethod
    def for_variance(cls, optimal: float, alpha: float = ALPHA) -> "OneSidedNormalMixture":
        """Return the mixture that is tightest at this variance."""
        return cls(_best_rho(optimal, 2 * alpha))

    def log_evidence(self, total: float, v: float) -> float:
        """Return the logarithm of the mixture for the sum `total`."""
        spread = v + self.rho
        return (
            0.5 * log(4 * self.rho / spread) + total**2 / (2 * spread) + float(log_ndtr(total / sqrt(spread)))
        )


@dataclass(frozen=True, slots=True)
class GammaExponentialMixture(UniformMixture):
    """For sums with a heavier right tail: `scale` is that of an exponential tail. Only an excess matters."""

    rho: float
    scale: float

    @classmethod
    def for_variance(cls, optimal: float, scale: float, alpha: float = ALPHA) -> "GammaExponentialMixture":
        """Return the mixture that is tightest at this variance."""
        return cls(_best_rho(optimal, 2 * alpha), scale)

    def log_evidence(self, total: float, v: float) -> float:
        """Return the logarithm of the mixture for the sum `total`."""
        square = self.scale**2
        prior, shape = self.rho / square, (v + self.rho) / square
        rate = (self.scale * total + v + self.rho) / square
        constant = prior * log(prior) - gammaln(prior) - log(gammainc(prior, prior))
        evidence = gammaln(shape) + log(gammainc(shape, rate)) - shape * log(rate) + rate - prior
        return float(constant + evidence)


@dataclass(frozen=True, slots=True)
class BetaBinomialMixture(UniformMixture):
    """For sums of values that are from -below to above, such as successes minus their expected number."""

    weight: float
    below: float
    above: float

    @classmethod
    def for_variance(
        cls, optimal: float, below: float, above: float, alpha: float = ALPHA
    ) -> "BetaBinomialMixture":
        """Return the mixture that is tightest at this variance."""
        product = below * above
        return cls(max(_best_rho(optimal, alpha) - product, 1e-3 * product), below, above)

    def log_evidence(self, total: float, v: float) -> float:
        """Return the logarithm of the mixture for the sum `total`."""
        below, above, width = self.below, self.above, self.below + self.above
        low, high = below * width, above * width
        # What the sum says of both sides, beside the prior's weight of each.
        falls, rises = (v - below * total) / low, (v + above * total) / high
        prior = betaln(self.weight / low, self.weight / high)
        posterior = betaln(self.weight / low + falls, self.weight / high + rises)
        return float(
            v / (below * above) * log(width) - rises * log(below) - falls * log(above) + posterior - prior
        )

    def largest(self, v: float) -> float:
        """Return the largest sum that is possible."""
        return v / self.below


def uniform_bound(mixture: UniformMixture, v: float, *, alpha: float = ALPHA) -> float:
    """Return the bound at variance `v`: the sum exceeds its bounds at any time with probability alpha."""
    target, high = log(1 / alpha), mixture.largest(v)
    if high == inf:
        high = max(v, 1.0)
        while mixture.log_evidence(high, v) <= target:
            high *= 2
    elif mixture.log_evidence(high, v) < target:
        return high
    return float(brentq(lambda total: mixture.log_evidence(total, v) - target, 0.0, high, xtol=1e-10))


def stitched_bound(v: float, *, least: float, scale: float, alpha: float = ALPHA) -> float:
    """Return the polynomial stitched bound, which grows as slowly as possible: sqrt(v log log v).

    least: the variance at which it begins; scale: of an exponential right tail. Crossed with probability
    alpha.
    """
    power, ratio = 1.4, 2.0
    v = max(v, least)
    level = power * log(log(ratio * v / least)) + log(zeta(power) / (alpha * log(ratio) ** power))
    first = (ratio**0.25 + ratio**-0.25) ** 2 / 2
    second = (sqrt(ratio) + 1) / 2 * scale * level
    return sqrt(first * v * level + second**2) + second


def rate_interval_at_any_time(
    successes: Successes, *, tuned_for: int, alpha: float = ALPHA
) -> tuple[float, float] | None:
    """Return an interval of a rate that holds at all times at once, from 0 to 1; None without trials.

    tuned_for: the number of trials at which it is narrowest.
    """
    count, trials = successes.count, successes.trials
    if not trials:
        return None

    def excess(rate: float) -> float:
        spread = rate * (1 - rate)
        mixture = BetaBinomialMixture.for_variance(spread * tuned_for, rate, 1 - rate)
        return mixture.log_evidence(count - rate * trials, spread * trials) - log(1 / alpha)

    # Mixtures are not defined for rates of exactly 0 and 1.
    middle = min(max(successes.rate, _SMALLEST), 1 - _SMALLEST)
    low = brentq(excess, _SMALLEST, middle, xtol=_SMALLEST) if count and excess(_SMALLEST) > 0 else 0.0
    far = 1 - _SMALLEST
    high = brentq(excess, middle, far, xtol=_SMALLEST) if count < trials and excess(far) > 0 else 1.0
    return float(low), float(high)


def _best_rho(optimal: float, alpha: float) -> float:
    """Return the width of the mixing distribution that is best at variance `optimal`."""
    return optimal / (2 * log(1 / alpha) + log(1 + 2 * log(1 / alpha)))
