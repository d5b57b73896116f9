"""Samples of customers, for models of all customers."""

import numpy as np

from analytics.stats.arrays import Floats

# With fewer returning customers, the constants cannot be estimated.
MIN_RETURNING_CUSTOMERS = 50
# This many customers determine the constants to two digits; more only take time.
MAX_FITTED_CUSTOMERS = 10_000


def sample(table: Floats, *, limit: int) -> Floats:
    """Return at most `limit` rows of (n, m), evenly spaced in the sorted table, so always the same rows."""
    if len(table) <= limit:
        return table
    ordered = table[np.lexsort(table.T[::-1])]
    return ordered[np.linspace(0, len(table) - 1, limit).astype(np.int64)]
