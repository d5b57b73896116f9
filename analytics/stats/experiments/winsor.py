"""Limit single large values, so that one wholesale order does not decide an experiment."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class CappedValues:
    """Values with a limit, and what is said about it beside the result."""

    values: Floats  # (n,)
    limit: float | None  # None: no value was limited
    capped_count: int


def cap_values(values: Floats, *, quantile: float) -> CappedValues:
    """Limit the values, (n,), of all arms together to their quantile, from 0 to 1; 1 changes nothing.

    The limit is common to the arms: separate limits would hide an effect on large orders. Without a value
    above the quantile, nothing changes.
    """
    if not len(values):
        return CappedValues(values, None, 0)
    limit = float(np.quantile(values, quantile, method="higher"))
    capped_count = int(np.count_nonzero(values > limit))
    if not capped_count:
        return CappedValues(values, None, 0)
    return CappedValues(np.minimum(values, limit), limit, capped_count)
