"""Score customers by recency, frequency and monetary value (RFM), and assign segments.

Each value is scored from 1, the lowest fifth of all customers, to 5 (Hughes, "Strategic Database Marketing",
1994).

With fifths alone, the least recent customers of any shop would be lost, even those of a grocer who came ten
days ago. Therefore a customer is lost only after an absence that is long for them; before, the segment is
"attention".
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from engine.learned.facts import SEGMENTS

FIFTHS = 5
# A customer is lost after more than this many of their usual intervals between orders.
LOST_AFTER_INTERVALS = 3

# The segment by recency (rows, 1 to 5) and the mean of frequency and spending (columns, 1 to 5).
_GRID = np.array(
    [
        [SEGMENTS.index(segment) for segment in row]
        for row in (
            ("lost", "lost", "at_risk", "at_risk", "at_risk"),
            ("lost", "lost", "at_risk", "at_risk", "at_risk"),
            ("attention", "attention", "loyal", "loyal", "loyal"),
            ("promising", "promising", "loyal", "champion", "champion"),
            ("promising", "promising", "loyal", "champion", "champion"),
        )
    ]
)


@dataclass(frozen=True, slots=True)
class RfmScores:
    """Scores from 1 to 5, and the position of the segment in SEGMENTS: (n,) each."""

    recency: Ints
    frequency: Ints
    monetary: Ints
    segment: Ints


def score_rfm(*, first_day: Ints, last_day: Ints, order_count: Ints, spent: Floats, today: int) -> RfmScores:
    """Score customers relative to each other; inputs (n,) each, days up to `today`.

    Ties get the higher score for recency and the lower one otherwise: if everybody ordered once and today,
    all of them are recent and none is frequent.
    """
    recency = _fifth(last_day, upper=True)
    frequency, monetary = _fifth(order_count, upper=False), _fifth(spent, upper=False)
    segment = _GRID[recency - 1, (frequency + monetary + 1) // 2 - 1]
    is_new = (order_count == 1) & (segment == SEGMENTS.index("promising"))
    segment = np.where(is_new, SEGMENTS.index("new"), segment)
    interval = usual_intervals(first_day, last_day, order_count)
    is_back_soon = today - last_day <= LOST_AFTER_INTERVALS * interval
    not_yet = (segment == SEGMENTS.index("lost")) & is_back_soon
    return RfmScores(recency, frequency, monetary, np.where(not_yet, SEGMENTS.index("attention"), segment))


def usual_intervals(first_day: Ints, last_day: Ints, order_count: Ints) -> Floats:
    """Return the mean number of days between each customer's orders: (n,), at least 1.

    Customers with one order get the median of the others; 0 if nobody has two orders.
    """
    comes_again = order_count > 1
    span = (last_day - first_day)[comes_again]
    own = np.maximum(span / (order_count[comes_again] - 1), 1.0)
    intervals = np.full(len(order_count), np.median(own) if len(own) else 0.0)
    intervals[comes_again] = own
    return intervals


def _fifth(values: Ints | Floats, *, upper: bool) -> Ints:
    """Return the fifth of each value, 1 to 5, by the share of values below it, or with `upper` up to it."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="right" if upper else "left")
    part = -(-below * FIFTHS // max(len(values), 1)) if upper else below * FIFTHS // max(len(values), 1) + 1
    return np.asarray(part, np.int64)
