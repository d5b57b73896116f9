"""What lies on the movers: how long the stock lasts at the recent pace, and how long nobody has bought it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats
from analytics.stats.sales import Ints

RECENT_DAYS = 56
SLOW_COVER_DAYS = 180
SLOW_UNSOLD_DAYS = 56
NEVER = -1
MAX_COVER_DAYS = 36_500  # a hundred years of stock


@dataclass(frozen=True, slots=True)
class SlowMovers:
    """How each product moves: (n_products,) each."""

    cover_days: Ints  # NEVER ending where nothing sold recently, and where stock is not counted
    is_slow: npt.NDArray[np.bool_]
    slowness: Floats  # 0 where it moves; from 0.5 at the limits to 1 at twice the limits


def find_slow_movers(
    *, stock: Ints, recent_units: Floats, last_sold_day: Ints, listed_day: Ints, today: int
) -> SlowMovers:
    """Return stock cover and slowness: (n_products,) each.

    stock: units, -1 where nobody counts them; recent_units: sold in the last `RECENT_DAYS`; last_sold_day:
    NEVER where it was never sold; listed_day: since when it is known. Slow is what is in stock and lasts
    `SLOW_COVER_DAYS`, or was not sold for `SLOW_UNSOLD_DAYS`; not what is newer than that.
    """
    has_sold = recent_units > 0
    cover = np.where(has_sold, stock * RECENT_DAYS / np.maximum(recent_units, 1), 0.0)
    unsold = today - np.where(last_sold_day == NEVER, listed_day, last_sold_day)
    measure = np.maximum(cover / SLOW_COVER_DAYS, unsold / SLOW_UNSOLD_DAYS)
    is_known_long = today - listed_day >= SLOW_UNSOLD_DAYS
    is_slow = (stock > 0) & (measure >= 1) & is_known_long
    return SlowMovers(
        cover_days=np.where(
            (stock >= 0) & has_sold, np.minimum(np.rint(cover), MAX_COVER_DAYS), NEVER
        ).astype(np.int64),
        is_slow=is_slow,
        slowness=np.where(is_slow, np.minimum(measure / 2, 1.0), 0.0),
    )
