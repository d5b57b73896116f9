"""Rates of rare events, with what their number of trials says about them.

`k` of `n` happened. The interval is Wilson's score interval (E. B. Wilson, JASA 22, 1927; method 3 in
R. G. Newcombe, Statistics in Medicine 17, 1998): it stays between 0 and 1, also where k is 0 or n.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

# The normal quantile of a 95 % interval.
Z_95: Final = 1.959964
# With fewer trials, an interval is too wide to act on.
LEAST_TRIALS: Final = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate and its 95 % interval, each from 0 to 1."""

    value: float
    low: float
    high: float


def rate_of(count: int, trials: int, least: int = LEAST_TRIALS) -> Rate | None:
    """Return the rate of `count` in `trials`; None with fewer than `least` trials.

    A count above the trials, such as two answers to one view, is taken as all of them.
    """
    if trials < max(least, 1):
        return None
    value = min(count, trials) / trials
    return Rate(value, *wilson(min(count, trials), trials))


def wilson(count: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """Return both ends of the interval of a rate, from 0 to 1; `z` is the normal quantile of its level.

    Needs a trial, and no more successes than trials.
    """
    value, square = count / trials, z * z
    middle = value + square / (2 * trials)
    half = z * sqrt(value * (1 - value) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)
