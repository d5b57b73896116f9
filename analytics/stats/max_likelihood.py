"""Find the maximum-likelihood constants of a model, even if the likelihood has no finite maximum.

A constant of heterogeneity, such as the r of gamma-distributed rates, has no finite optimum if all customers
are alike: the likelihood keeps rising. Therefore the search uses shares between 0 and 1, such as 1 / (1 + r),
each as sin² of an angle. A maximum at the edge of a share is an ordinary maximum of the angle, which gradient
search finds reliably. No share is closer to 0 or 1 than `EDGE`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from analytics.stats.arrays import Floats

# At this share, customers cannot be distinguished by the data, or the chance to leave is treated as 0.
EDGE = 1e-5
# The largest gradient of the mean log-likelihood at its maximum.
_GRADIENT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The mean log-likelihood of the data, and its derivative with respect to each constant."""

    value: float
    slopes: list[float]


def maximize_likelihood(
    likelihood: Callable[[float, list[float]], Likelihood], *, scale: float, shares: list[float]
) -> tuple[float, list[float]]:
    """Return the maximum-likelihood scale, > 0, and shares, each from `EDGE` to 1 - `EDGE`.

    likelihood: function of a scale and shares, with derivatives in this order; scale, shares: start values,
    the shares between the edges.
    """

    def cost(point: Floats) -> tuple[float, Floats]:
        found = likelihood(*_constants(point))
        factors = [np.exp(point[0]), *((1 - 2 * EDGE) * np.sin(2 * point[1:]))]
        return -found.value, -np.array(found.slopes) * factors

    start = np.array([np.log(scale), *np.arcsin(np.sqrt(shares))])
    return _constants(minimize(cost, start, jac=True, method="BFGS", options={"gtol": _GRADIENT_TOLERANCE}).x)


def share_of(constant: float) -> float:
    """Return 1 / (1 + constant), 0 to 1, for a constant > 0: the smaller, the more alike customers are."""
    return 1 / (1 + constant)


def constant_of(share: float) -> float:
    """Return the constant of a share."""
    return (1 - share) / share


def _constants(point: Floats) -> tuple[float, list[float]]:
    shares = EDGE + (1 - 2 * EDGE) * np.sin(point[1:]) ** 2
    return float(np.exp(point[0])), shares.tolist()
