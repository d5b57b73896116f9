"""Where each customer stands among all: recency, frequency, monetary value (RFM), and a segment.

Each values is cut into five parts of equal size, 1 the lowest and 5 the best. Hughes, "Strategic Database
Marketing", 1994.

Parts of equal size would call the least recent fifths of any shop lost, those of a grocer too who came ten
days ago. So a customer is lost only when absent for long by their own rhythm, and needs attention until then.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats
from analytics.stats.sales import Ints
from engine.learned.facts import SEGMENTS

FIFTHS = 5
# Lost is who stays away for more than so many of their usual intervals between orders.
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
    """Scores from 1 to 5 and the position of the segment in SEGMENTS: (n,) each."""

    recency: Ints
    frequency: Ints
    monetary: Ints
    segment: Ints


def score_rfm(*, first_day: Ints, last_day: Ints, order_count: Ints, spent: Floats, today: int) -> RfmScores:
    """Score customers against each other; (n,) each, days as numbers up to `today`. None give none.

    Ties lean to the better part in recency and to the lower one otherwise: where everybody came once and
    today, all of them are recent and none is frequent.
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
    """Return the mean days between each customer's orders, (n,), one day at least.

    Who ordered once has no rhythm yet, and gets the median of the others'; 0 where nobody has one.
    """
    comes_again = order_count > 1
    span = (last_day - first_day)[comes_again]
    own = np.maximum(span / (order_count[comes_again] - 1), 1.0)
    intervals = np.full(len(order_count), np.median(own) if len(own) else 0.0)
    intervals[comes_again] = own
    return intervals


def _fifth(values: npt.NDArray[np.int64] | Floats, *, upper: bool) -> Ints:
    """Return the fifth in which each values lies, 1 to 5: by the share of figures below it.

    With `upper`, by the share of figures up to it.
    """
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="right" if upper else "left")
    part = -(-below * FIFTHS // max(len(values), 1)) if upper else below * FIFTHS // max(len(values), 1) + 1
    return np.asarray(part, np.int64)
