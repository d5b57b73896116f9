"""Compare the rates of two arms, such as the shares of visitors who bought.

A difference is treated minus control, from -1 to 1, with a 95 % interval unless `z` says otherwise.
`newcombe` is what results show (method 10 in R. G. Newcombe, Statistics in Medicine 17, 1998, 873-890): it is
right for small arms and for rates near 0. The score intervals are the exact mirror of the score test: Mee
(Biometrics 40, 1984) and Miettinen and Nurminen (Statistics in Medicine 4, 1985), which is a little wider.

Each function answers None if an arm has no trial.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import acos, copysign, cos, erfc, isinf, pi, sqrt
from typing import Final

from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.proportion import Z_95, wilson

_STEP: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Successes:
    """In how many of the trials it happened: 0 <= count <= trials."""

    count: int
    trials: int

    def __add__(self, other: "Successes") -> "Successes":
        """Return both together, such as two days of an arm."""
        return Successes(self.count + other.count, self.trials + other.trials)

    @property
    def rate(self) -> float:
        """The share, from 0 to 1. Needs a trial."""
        return self.count / self.trials


def newcombe(control: Successes, treated: Successes, *, z: float = Z_95) -> EffectInterval | None:
    """Return the difference of two rates with Newcombe's interval, from the Wilson intervals of both.

    z: the bound of a look makes it the interval of that look; None if the bound is infinite.
    """
    if not control.trials or not treated.trials or isinf(z):
        return None
    low_c, high_c = wilson(control.count, control.trials, z)
    low_t, high_t = wilson(treated.count, treated.trials, z)
    before, after = control.rate, treated.rate
    value = after - before
    below = sqrt((after - low_t) ** 2 + (high_c - before) ** 2)
    above = sqrt((high_t - after) ** 2 + (before - low_c) ** 2)
    return EffectInterval(value, value - below, value + above)


def mee(control: Successes, treated: Successes, *, z: float = Z_95) -> EffectInterval | None:
    """Return the difference of two rates with the interval of the score test."""
    return _score_interval(control, treated, z, 1.0)


def miettinen_nurminen(control: Successes, treated: Successes, *, z: float = Z_95) -> EffectInterval | None:
    """Return the difference of two rates with the interval of the score test, corrected for few trials."""
    total = control.trials + treated.trials
    return _score_interval(control, treated, z, total / max(total - 1, 1))


def rates_p_value(control: Successes, treated: Successes) -> float | None:
    """Return the two-sided p-value of equal rates (Pearson's chi-square); also None if all are 0 or 1."""
    if not control.trials or not treated.trials:
        return None
    pooled = (control + treated).rate
    if pooled in {0, 1}:
        return None
    spread = pooled * (1 - pooled) * (1 / control.trials + 1 / treated.trials)
    # Of a chi-square variable with one degree of freedom: the square of a normal one.
    return erfc(abs(treated.rate - control.rate) / sqrt(2 * spread))


def _score_interval(
    control: Successes, treated: Successes, z: float, correction: float
) -> EffectInterval | None:
    """Return the differences that a score test does not reject.

    correction: what the variance is multiplied with.
    """
    if not control.trials or not treated.trials:
        return None
    value = treated.rate - control.rate

    def excess(difference: float) -> float:
        spread = correction * _restricted_variance(control, treated, difference)
        return (value - difference) ** 2 - z * z * spread

    return EffectInterval(value, _end(excess, value, -1.0), _end(excess, value, 1.0))


def _end(excess: Callable[[float], float], value: float, bound: float) -> float:
    """Return where the test begins to reject between the estimate and the bound, or the bound.

    The search begins beside the estimate: at it, with rates of 0 or 1, nothing varies.
    """
    start = value + copysign(_STEP, bound - value)
    if abs(bound - value) <= _STEP or excess(bound) <= 0:
        return bound
    # Web processes read rates, but never search.
    from scipy.optimize import brentq  # noqa: PLC0415

    return float(brentq(excess, start, bound, xtol=1e-12))


def _restricted_variance(control: Successes, treated: Successes, difference: float) -> float:
    """Return the variance of the difference of rates, with the likeliest rates that differ by `difference`.

    The likeliest rate is the root of a cubic (Farrington and Manning, Statistics in Medicine 9, 1990).
    """
    ratio = control.trials / treated.trials
    cubic = 1 + ratio
    square = -(1 + ratio + treated.rate + ratio * control.rate + difference * (ratio + 2))
    linear = difference**2 + difference * (2 * treated.rate + ratio + 1) + treated.rate + ratio * control.rate
    constant = -treated.rate * difference * (1 + difference)
    shift = square / (3 * cubic)
    skew = shift**3 - square * linear / (6 * cubic**2) + constant / (2 * cubic)
    radius = copysign(sqrt(max(shift**2 - linear / (3 * cubic), 0.0)), skew)
    turn = skew / radius**3 if radius else 0.0
    angle = (pi + acos(min(max(turn, -1.0), 1.0))) / 3
    after = min(max(2 * radius * cos(angle) - shift, 0.0, difference), 1.0, 1.0 + difference)
    before = after - difference
    return after * (1 - after) / treated.trials + before * (1 - before) / control.trials
