"""What a customer is used to paying: a band of unit prices in each category they buy from."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Ints

LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
# Fewer prices than this are no habit.
MIN_LINES = 5
# Bands kept of a customer: those with the most prices behind them.
BAND_LIMIT = 48


@dataclass(frozen=True, slots=True)
class ComfortBands:
    """Bands by customer, those of customer i are rows starts[i]:starts[i + 1]; categories ascend."""

    starts: Ints  # (n_customers + 1,)
    category: Ints  # (n,) ids
    low: Ints  # (n,) minor units: a tenth of the unit prices lie below
    median: Ints  # (n,)
    high: Ints  # (n,) a tenth of the unit prices lie above
    line_count: Ints  # (n,) unit prices behind the band


def find_comfort_bands(*, customer: Ints, category: Ints, price: Ints, customer_count: int) -> ComfortBands:
    """Return the bands that at least `MIN_LINES` unit prices stand behind.

    customer: (n,) positions; category: (n,) ids; price: (n,) minor units > 0. Each line counts once, however
    many units it holds. Prices that are slips of the pen must be gone: a band of five ends near its largest.
    """
    categories, place = np.unique(category, return_inverse=True)
    width = max(len(categories), 1)
    groups, prices = sort_within_groups(group=customer * width + place, value=price)
    first, count = runs_of(groups)
    owner, place = np.divmod(groups[first], width)
    told = np.flatnonzero(count >= MIN_LINES)
    best = best_of_groups(
        group=owner[told], score=count[told], tie=place[told], group_count=customer_count, limit=BAND_LIMIT
    )
    kept = np.sort(told[best])
    low, median, high = (
        np.rint(group_quantiles(first=first[kept], count=count[kept], value=prices, q=share))
        for share in (LOW, MEDIAN, HIGH)
    )
    return ComfortBands(
        starts=starts_of(owner[kept], group_count=customer_count),
        category=categories[place[kept]],
        low=low.astype(np.int64),
        median=median.astype(np.int64),
        high=high.astype(np.int64),
        line_count=count[kept],
    )
