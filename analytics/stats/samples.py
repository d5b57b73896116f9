"""The customers that a model of all of them is fitted to."""

import numpy as np

from analytics.stats.arrays import Floats

# Fewer customers who came back than this say too little about those who did not.
MIN_RETURNING_CUSTOMERS = 50
# So many customers tell the constants to the second digit; more only take time.
MAX_FITTED_CUSTOMERS = 10_000


def sample(table: Floats, *, limit: int) -> Floats:
    """Return at most `limit` rows of (n, m), evenly from the sorted table: the same rows every time."""
    if len(table) <= limit:
        return table
    ordered = table[np.lexsort(table.T[::-1])]
    return ordered[np.linspace(0, len(table) - 1, limit).astype(np.int64)]
