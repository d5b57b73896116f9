"""How far a result must be from no effect at each look of an experiment with an end.

Bounds are in standard errors and two-sided. Looking more often makes them wider, so that all looks together
give a false verdict with probability alpha at most.
"""

from collections.abc import Sequence
from math import inf

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.experiments.sequential.crossing import FARTHEST, LEAST_STEP, Survivors
from analytics.stats.experiments.sequential.spending import SpendingFunction, obrien_fleming_spending


def spending_bounds(
    fractions: Sequence[float],
    *,
    alpha: float = 0.05,
    spending: SpendingFunction = obrien_fleming_spending,
) -> tuple[float, ...]:
    """Return the bound of each look so far.

    fractions: the share of the planned information at each look, ascending; more than 1 counts as 1. Looks
    may come at any time. A look that adds next to nothing has an infinite bound and spends nothing: it
    decides nothing.
    """
    seen = np.minimum(np.asarray(fractions, dtype=np.float64), 1.0)
    paths, bounds, spent = Survivors.at_start(), [], 0.0
    for fraction in seen:
        if fraction - paths.fraction < LEAST_STEP:
            bounds.append(inf)
            continue
        allowed = float(spending(fraction, alpha / 2))
        bound = _bound_that_spends(paths, float(fraction), allowed - spent)
        bounds.append(bound)
        if bound < inf:
            spent = allowed
        paths = paths.after(float(fraction), bound)
    return tuple(bounds)


def classical_bounds(look_count: int, *, alpha: float = 0.05, shape: float = 0.0) -> tuple[float, ...]:
    """Return the bounds of looks that are planned and equally spaced.

    shape: the bound of look k is proportional to (k / look_count) ** -shape. 0 is Pocock's design (Biometrika
    64, 1977), 0.5 that of O'Brien and Fleming (Biometrics 35, 1979).
    """
    fractions = np.arange(1, look_count + 1) / look_count
    scales = fractions**-shape

    def excess(last: float) -> float:
        paths, crossed = Survivors.at_start(), 0.0
        for fraction, scale in zip(fractions, scales, strict=True):
            crossed += 2 * paths.crossing_above(fraction, last * scale)
            paths = paths.after(fraction, last * scale)
        return crossed - alpha

    last = float(brentq(excess, ndtri(1 - alpha / 2) - 1e-9, FARTHEST, xtol=1e-9))
    return tuple((last * scales).tolist())


def repeated_interval(value: float, standard_error: float, bound: float) -> EffectInterval | None:
    """Return the interval of an effect at a look with this bound; all looks together cover it with 1 - alpha.

    None at a look that decides nothing (Jennison and Turnbull, JRSS B 51, 1989).
    """
    if bound == inf:
        return None
    return EffectInterval(value, value - bound * standard_error, value + bound * standard_error)


def _bound_that_spends(paths: Survivors, fraction: float, error: float) -> float:
    """Return the bound whose crossing has this probability on each side; infinite for a tiny error."""
    if error <= paths.crossing_above(fraction, FARTHEST):
        return inf
    return float(
        brentq(lambda bound: paths.crossing_above(fraction, bound) - error, 0.0, FARTHEST, xtol=1e-10)
    )
