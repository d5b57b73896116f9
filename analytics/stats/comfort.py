"""The price ranges that each customer usually pays: a band of unit prices in each category they buy from."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Ints
from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups
from analytics.stats.ranking import best_of_groups, starts_of

LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
# Fewer prices than this do not show a habit.
MIN_LINES = 5
# Bands kept for each customer: those with the most prices.
BAND_LIMIT = 48


@dataclass(frozen=True, slots=True)
class ComfortBands:
    """Bands by customer: those of customer i are rows starts[i]:starts[i + 1], with categories ascending."""

    starts: Ints  # (n_customers + 1,)
    category: Ints  # (n,) ids
    low: Ints  # (n,) minor units, 10% quantile of the unit prices
    median: Ints  # (n,)
    high: Ints  # (n,) 90% quantile
    line_count: Ints  # (n,) number of unit prices


def find_comfort_bands(*, customer: Ints, category: Ints, price: Ints, customer_count: int) -> ComfortBands:
    """Return the bands of categories with at least `MIN_LINES` unit prices.

    customer: (n,) positions; category: (n,) ids; price: (n,) minor units > 0. Each line counts once,
    regardless of its quantity. Implausible prices must be removed before: with five prices, the upper end is
    close to the largest.
    """
    categories, place = np.unique(category, return_inverse=True)
    width = max(len(categories), 1)
    groups, prices = sort_within_groups(group=customer * width + place, value=price)
    first, count = runs_of(groups)
    owner, place = np.divmod(groups[first], width)
    enough = np.flatnonzero(count >= MIN_LINES)
    best = best_of_groups(
        group=owner[enough],
        score=count[enough],
        tie=place[enough],
        group_count=customer_count,
        limit=BAND_LIMIT,
    )
    kept = np.sort(enough[best])
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
