"""The limit below which a bandit is settled: without the functions that compare with it, which need scipy."""

from typing import Final

# A share of the rate of the leading arm (S. L. Scott, support.google.com/analytics/2844870).
LIMIT: Final = 0.01
