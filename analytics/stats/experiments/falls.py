"""What has fallen more than chance explains: acceptance, hit rates, and orders that stopped arriving."""

from collections.abc import Mapping, Sequence
from math import exp, sqrt

import numpy as np
from scipy.special import ndtr

from analytics.stats.experiments.means import ALPHA, absolute_effect
from analytics.stats.experiments.metric import mean_of_rate
from analytics.stats.experiments.multiple import Correction, adjusted_p_values
from analytics.stats.experiments.rates import Successes


def falling_rates(
    rates: Mapping[str, tuple[Successes, Successes]], *, least: int, alpha: float = ALPHA
) -> list[str]:
    """Return the keys whose rate has fallen from the first to the second, the clearest first.

    Rates with fewer than `least` trials in one of both are left out; the rest is one family, corrected by
    Benjamini and Hochberg. More successes than trials count as all of them.
    """
    falls: dict[str, float] = {}
    p_values: dict[str, float] = {}
    for key, pair in rates.items():
        before, now = (mean_of_rate(Successes(min(each.count, each.trials), each.trials)) for each in pair)
        if before is None or now is None or min(before.unit_count, now.unit_count) < least:
            continue
        effect = absolute_effect(before, now)
        if effect is not None:
            falls[key], p_values[key] = effect.value, effect.p_value
    adjusted = adjusted_p_values(np.array(list(p_values.values())), Correction.BENJAMINI_HOCHBERG)
    found = {key: float(value) for key, value in zip(p_values, adjusted, strict=True)}
    return sorted((key for key in found if falls[key] < 0 and found[key] < alpha), key=p_values.__getitem__)


def chance_of_fall(now: tuple[float, float], before: Sequence[tuple[float, float]]) -> float | None:
    """Return the chance of a hit rate as low as this one if nothing has changed; None without earlier ones.

    Each is a rate with its standard error. Earlier runs were measured on much the same orders, so their mean
    is taken to be as uncertain as a single one.
    """
    if not before:
        return None
    mean = sum(rate for rate, _error in before) / len(before)
    squared = sum(error**2 for _rate, error in before) / len(before)
    error = sqrt(now[1] ** 2 + squared)
    return float(ndtr((now[0] - mean) / error)) if error > 0 else None


def chance_of_silence(order_count: int, *, days: float, silent_days: float) -> float:
    """Return the chance of no order in `silent_days`, if `order_count` arrived in the `days` before."""
    return exp(-order_count / days * silent_days)
