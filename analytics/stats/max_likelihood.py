"""Find the constants of a model that make what was seen most likely, also where the best ones have no end.

A constant of heterogeneity, such as the r of gamma-distributed rates, has no best value where all customers
are alike: the likelihood rises for ever. So the search moves shares, 0 to 1, such as 1 / (1 + r), and a share
is the sin² of an angle: a maximum at the edge of a share is an ordinary maximum of the angle, which a search
by gradients finds as surely as one in the middle. No share comes nearer to 0 or 1 than `EDGE`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from analytics.stats.arrays import Floats

# So alike are customers whom the data cannot tell apart; nobody leaves where this share would leave at most.
EDGE = 1e-5
# The largest slope of the mean log-likelihood at its maximum.
_GRADIENT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The mean log-likelihood of what was seen, and its slope along each constant."""

    value: float
    slopes: list[float]


def maximize_likelihood(
    likelihood: Callable[[float, list[float]], Likelihood], *, scale: float, shares: list[float]
) -> tuple[float, list[float]]:
    """Return the likeliest scale, > 0, and shares, each from `EDGE` to 1 - `EDGE`.

    likelihood: takes a scale and shares, and returns its slopes in the same order; scale, shares: where to
    start from, the shares between the edges.
    """

    def cost(point: Floats) -> tuple[float, Floats]:
        found = likelihood(*_constants(point))
        turns = [np.exp(point[0]), *((1 - 2 * EDGE) * np.sin(2 * point[1:]))]
        return -found.value, -np.array(found.slopes) * turns

    start = np.array([np.log(scale), *np.arcsin(np.sqrt(shares))])
    return _constants(minimize(cost, start, jac=True, method="BFGS", options={"gtol": _GRADIENT_TOLERANCE}).x)


def share_of(constant: float) -> float:
    """Return the share, 0 to 1, that stands for a constant > 0: the smaller, the more alike customers are."""
    return 1 / (1 + constant)


def constant_of(share: float) -> float:
    """Return the constant that a share stands for."""
    return (1 - share) / share


def _constants(point: Floats) -> tuple[float, list[float]]:
    shares = EDGE + (1 - 2 * EDGE) * np.sin(point[1:]) ** 2
    return float(np.exp(point[0])), shares.tolist()
