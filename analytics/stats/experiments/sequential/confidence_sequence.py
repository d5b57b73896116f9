"""Intervals that may be looked at any time, for experiments without an end.

The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Annals of Statistics
52, 2024; arXiv 2103.06476, equations 9, 155 and 161) covers the effect at all times at once, with probability
1 - alpha. It is narrowest near the number of units that it is tuned for, and wider than a single look's
interval everywhere.
"""

from math import exp, log, log1p, sqrt

from analytics.stats.experiments.effect import EffectInterval

# Units of both arms together at which the interval is narrowest, without a better guess.
TUNED_FOR = 5000


def sequence_interval(
    value: float, standard_error: float, unit_count: int, *, alpha: float = 0.05, tuned_for: int = TUNED_FOR
) -> EffectInterval | None:
    """Return the effect with its interval; None without units.

    unit_count: of both arms together. tuned_for is chosen before the start: after a look at the results, the
    interval would promise too much.
    """
    if not unit_count:
        return None
    weight = unit_count * _squared_rho(alpha, tuned_for)
    half = standard_error * sqrt(2 * (weight + 1) / weight * (0.5 * log1p(weight) - log(alpha)))
    return EffectInterval(value, value - half, value + half)


def sequence_p_value(
    value: float, standard_error: float, unit_count: int, *, alpha: float = 0.05, tuned_for: int = TUNED_FOR
) -> float | None:
    """Return the p-value that may be looked at any time; None if nothing varies.

    It is below alpha exactly when the interval excludes 0.
    """
    if not unit_count or standard_error <= 0:
        return None
    weight = unit_count * _squared_rho(alpha, tuned_for)
    log_evidence = weight / (weight + 1) * (value / standard_error) ** 2 / 2 - 0.5 * log1p(weight)
    return min(exp(-log_evidence), 1.0)


def _squared_rho(alpha: float, tuned_for: int) -> float:
    """Return the variance of the mixture that makes the interval narrowest at `tuned_for` units."""
    return (-2 * log(alpha) + log1p(-2 * log(alpha))) / tuned_for
