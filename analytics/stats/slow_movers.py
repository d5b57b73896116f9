"""Slow movers: how long the stock lasts at the recent rate of sales, and how long nothing was sold."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Flags, Floats, Ints

RECENT_DAYS = 56
SLOW_COVER_DAYS = 180
SLOW_UNSOLD_DAYS = 56
NEVER = -1
MAX_COVER_DAYS = 36_500  # a hundred years


@dataclass(frozen=True, slots=True)
class StockFacts:
    """Stock cover and slowness of each product: (n_products,) each."""

    cover_days: Ints  # NEVER without recent sales or if stock is not tracked
    is_slow: Flags
    slowness: Floats  # 0 if not slow, 0.5 at the limits, 1 at twice the limits


def find_slow_movers(
    *, stock: Ints, recent_units: Floats, last_sold_day: Ints, listed_day: Ints, today: int
) -> StockFacts:
    """Return the stock cover and slowness of each product.

    stock: units, -1 if not tracked; recent_units: units sold in the last `RECENT_DAYS`; last_sold_day: NEVER
    if never sold; listed_day: first known day. A product is slow if it is in stock and either would last
    `SLOW_COVER_DAYS` or was not sold for `SLOW_UNSOLD_DAYS`, unless it is newer than that.
    """
    has_sold = recent_units > 0
    cover = np.where(has_sold, stock * RECENT_DAYS / np.maximum(recent_units, 1), 0.0)
    unsold = today - np.where(last_sold_day == NEVER, listed_day, last_sold_day)
    measure = np.maximum(cover / SLOW_COVER_DAYS, unsold / SLOW_UNSOLD_DAYS)
    is_known_long = today - listed_day >= SLOW_UNSOLD_DAYS
    is_slow = (stock > 0) & (measure >= 1) & is_known_long
    return StockFacts(
        cover_days=np.where(
            (stock >= 0) & has_sold, np.minimum(np.rint(cover), MAX_COVER_DAYS), NEVER
        ).astype(np.int64),
        is_slow=is_slow,
        slowness=np.where(is_slow, np.minimum(measure / 2, 1.0), 0.0),
    )
