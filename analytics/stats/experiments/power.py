"""How many units an experiment needs, and what it can see with the units it will get.

Two-sided tests of level alpha; `power` is the chance of a verdict if the effect is as large as assumed. Arms
may have different sizes, as with a holdout.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

ALPHA: Final = 0.05
POWER: Final = 0.8


@dataclass(frozen=True, slots=True)
class Demand:
    """How sure the answer has to be."""

    alpha: float = ALPHA
    power: float = POWER

    @classmethod
    def at_look(cls, bound: float, *, power: float = POWER) -> "Demand":
        """Return what a look with this bound, in standard errors, can see."""
        return cls(2 * float(ndtr(-bound)), power)

    @property
    def quantiles(self) -> tuple[float, float]:
        """The normal quantiles of the test and of the power."""
        return -float(ndtri(self.alpha / 2)), float(ndtri(self.power))


@dataclass(frozen=True, slots=True)
class ExpectedTraffic:
    """The units that will take part, and the share of them that is the control (the holdout)."""

    daily_units: float
    days: int
    control_share: float = 0.5

    @property
    def arms(self) -> tuple[float, float]:
        """Units of the control and of the treated arm."""
        total = self.daily_units * self.days
        return total * self.control_share, total * (1 - self.control_share)


def units_for_rates(
    before: float,
    after: float,
    *,
    demand: Demand = Demand(),
    is_pooled: bool = True,
) -> float | None:
    """Return the units per arm, with a fraction, that show the change of a rate; None for no change.

    is_pooled: the test's variance is that of the mean of both rates (Fleiss, Levin and Paik, "Statistical
    Methods for Rates and Proportions", 2003), otherwise that of the rate before.
    """
    if before == after:
        return None
    middle = (before + after) / 2 if is_pooled else before
    z_alpha, z_power = demand.quantiles
    null, actual = 2 * middle * (1 - middle), before * (1 - before) + after * (1 - after)
    return (z_alpha * sqrt(null) + z_power * sqrt(actual)) ** 2 / (after - before) ** 2


def units_for_means(
    difference: float,
    variance: float,
    *,
    demand: Demand = Demand(),
) -> float | None:
    """Return the units per arm, with a fraction, that show a difference of means; None for no difference.

    variance: per unit, the same in both arms.
    """
    if not difference:
        return None
    return 2 * variance * sum(demand.quantiles) ** 2 / difference**2


def least_difference_of_means(
    variance: float,
    traffic: ExpectedTraffic,
    *,
    demand: Demand = Demand(),
) -> float | None:
    """Return the smallest difference of means that will be seen; None without units or if alpha is 0."""
    control, treated = traffic.arms
    if min(control, treated, demand.alpha) <= 0:
        return None
    return sum(demand.quantiles) * sqrt(variance * (1 / control + 1 / treated))


def least_rise_of_rate(
    before: float,
    traffic: ExpectedTraffic,
    *,
    demand: Demand = Demand(),
) -> float | None:
    """Return the smallest rise of a rate, as a difference, that will be seen.

    None if an arm has no units, alpha is 0, the rate is 0 or 1, or even a rise to 1 would not be seen.
    """
    control, treated = traffic.arms
    if min(control, treated, demand.alpha) <= 0 or not 0 < before < 1:
        return None
    z_alpha, z_power = demand.quantiles

    def margin(rise: float) -> float:
        after = before + rise
        middle = traffic.control_share * before + (1 - traffic.control_share) * after
        null = middle * (1 - middle) * (1 / control + 1 / treated)
        actual = before * (1 - before) / control + after * (1 - after) / treated
        return rise - z_alpha * sqrt(null) - z_power * sqrt(max(actual, 0.0))

    if margin(1 - before) < 0:
        return None
    return float(brentq(margin, 0.0, 1 - before, xtol=1e-12))
