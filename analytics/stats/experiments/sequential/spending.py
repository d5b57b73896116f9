"""How much of the error an experiment may spend by each look (Lan and DeMets, Biometrika 70, 1983).

Fractions are the share of the planned information (units, for most metrics) that a look has seen, from 0 to
1. Each function returns the error spent on one side by then; `alpha` is that of the whole side.
"""

from collections.abc import Callable
from math import e

import numpy as np
from scipy.special import ndtr, ndtri

from analytics.stats.arrays import Floats

SpendingFunction = Callable[[Floats, float], Floats]


def obrien_fleming_spending(fractions: Floats, alpha: float) -> Floats:
    """Spend little at first: early looks stop only for very large effects."""
    spent: Floats = 2 - 2 * ndtr(ndtri(1 - alpha / 2) / np.sqrt(fractions))
    return spent


def pocock_spending(fractions: Floats, alpha: float) -> Floats:
    """Spend about the same at each look: early stops are more likely, and a late verdict is harder."""
    spent: Floats = alpha * np.log(1 + (e - 1) * fractions)
    return spent
