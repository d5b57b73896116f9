"""Compare the means of two arms: revenue per visitor, units per order, a rate in percent.

Arms may differ in size and variance (B. L. Welch, Biometrika 34, 1947). A relative effect uses the delta
method: linear, as most tools do, or on the scale of logarithms, where an interval cannot go below -100 %.

Each function answers None if neither arm varies, or if a relative effect has no positive base.
"""

from math import expm1, inf, log, sqrt
from typing import Literal

from scipy.special import stdtr, stdtrit

from analytics.stats.experiments.effect import MeanEffect
from analytics.stats.experiments.metric import LEAST_UNITS, ArmMean

ALPHA = 0.05


def absolute_effect(control: ArmMean, treated: ArmMean, *, alpha: float = ALPHA) -> MeanEffect | None:
    """Return the difference of the means, in their unit, with the interval of level 1 - alpha."""
    squared_error = control.squared_error + treated.squared_error
    return effect_of(
        treated.mean - control.mean, squared_error, degrees=_degrees(control, treated), alpha=alpha
    )


def relative_effect(
    control: ArmMean, treated: ArmMean, *, alpha: float = ALPHA, scale: Literal["linear", "log"] = "linear"
) -> MeanEffect | None:
    """Return the difference of the means as a share of the control's: 0.1 is 10 % more.

    On the log scale, `standard_error` is that of the logarithm of the ratio.
    """
    if control.mean <= 0 or (scale == "log" and treated.mean <= 0):
        return None
    ratio = treated.mean / control.mean
    degrees = _degrees(control, treated)
    squared_error = (treated.squared_error + ratio**2 * control.squared_error) / control.mean**2
    if scale == "linear":
        return effect_of(ratio - 1, squared_error, degrees=degrees, alpha=alpha)
    found = effect_of(log(ratio), squared_error / ratio**2, degrees=degrees, alpha=alpha)
    if found is None:
        return None
    return MeanEffect(
        expm1(found.value), expm1(found.low), expm1(found.high), found.standard_error, found.p_value
    )


def effect_of(
    value: float, squared_error: float, *, degrees: float = inf, alpha: float = ALPHA
) -> MeanEffect | None:
    """Return an effect with the interval of the t distribution, by default the normal one."""
    if squared_error <= 0:
        return None
    error = sqrt(squared_error)
    half = float(stdtrit(degrees, 1 - alpha / 2)) * error
    p_value = 2 * float(stdtr(degrees, -abs(value) / error))
    return MeanEffect(value, value - half, value + half, error, p_value)


def _degrees(control: ArmMean, treated: ArmMean) -> float:
    """Return the degrees of freedom by Welch and Satterthwaite; infinite with a single unit."""
    if min(control.unit_count, treated.unit_count) < LEAST_UNITS:
        return inf
    one, other = control.squared_error, treated.squared_error
    below = one**2 / (control.unit_count - 1) + other**2 / (treated.unit_count - 1)
    return (one + other) ** 2 / below if below else inf
