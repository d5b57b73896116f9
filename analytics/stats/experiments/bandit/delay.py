"""How late purchases come: what share of them is known some days after the trial."""

from typing import Final

import numpy as np

from analytics.stats.arrays import Floats

# Until purchases are known, half of those that are missing are expected each day; this counts like so many.
_EXPECTED_WEIGHT: Final = 20.0


def known_shares(purchases: Floats) -> Floats:
    """Return the share of purchases that are known at the end of the day of the trial and of each later day.

    purchases: (days,), of trials that all days have passed for, by whole days since the trial. The result is
    (days + 1,), ascending, and its last value is 1. Trials are made at any time of their day, so on average
    half of a day has passed at its end.
    """
    expected = 0.5 ** np.arange(1, len(purchases) + 1)
    counts = purchases + _EXPECTED_WEIGHT * expected / expected.sum()
    passed = np.concatenate([[0.0], counts.cumsum() / counts.sum(), [1.0]])
    shares: Floats = (passed[:-1] + passed[1:]) / 2
    shares[-1] = 1.0
    return shares
