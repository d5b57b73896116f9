"""The prior price: what may be shown, struck through, next to a reduced price. Plain values, no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

# Directive 98/6/EC, article 6a (“Omnibus”): at least 30 days before the reduction.
PRIOR_PERIOD: Final = timedelta(days=30)

Change = tuple[datetime, int]


def lowest_prior_price(changes: Iterable[Change], *, reduced_at: datetime) -> int | None:
    """Return the lowest price that held at any moment of the 30 days before `reduced_at`.

    `changes` are moments and the prices, in minor units, that held from then on, in any order; the price
    with which the 30 days began counts. None where no price held before the reduction.
    """
    begins = reduced_at - PRIOR_PERIOD
    before = [change for change in changes if change[0] < reduced_at]
    first = max((moment for moment, _price in before if moment <= begins), default=None)
    held = [price for moment, price in before if moment > begins or moment == first]
    return min(held, default=None)
