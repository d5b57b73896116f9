"""Where each customer stands among all: recency, frequency, monetary value (RFM), and a segment.

Each figure is cut into five parts of equal size, 1 the lowest and 5 the best. Hughes, "Strategic Database
Marketing", 1994.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.evidence import Floats
from analytics.stats.sales import Ints
from offers.facts import SEGMENTS

PARTS = 5

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
class Standing:
    """Scores from 1 to 5 and the position of the segment in SEGMENTS: (n,) each."""

    recency: Ints
    frequency: Ints
    monetary: Ints
    segment: Ints


def stand(*, last_day: Ints, order_count: Ints, spent: Floats) -> Standing:
    """Score customers against each other; (n,) each. Equal customers score equally; none give none.

    Ties lean to the better part in recency and to the lower one otherwise: where everybody came once and
    today, all of them are recent and none is frequent.
    """
    recency = _part(last_day, upper=True)
    frequency, monetary = _part(order_count, upper=False), _part(spent, upper=False)
    segment = _GRID[recency - 1, (frequency + monetary + 1) // 2 - 1]
    is_new = (order_count == 1) & (segment == SEGMENTS.index("promising"))
    return Standing(recency, frequency, monetary, np.where(is_new, SEGMENTS.index("new"), segment))


def _part(figure: npt.NDArray[np.int64] | Floats, *, upper: bool) -> Ints:
    """Return the fifth in which each figure lies, 1 to 5: by the share of figures below it.

    With `upper`, by the share of figures up to it.
    """
    ordered = np.sort(figure)
    below = np.searchsorted(ordered, figure, side="right" if upper else "left")
    part = -(-below * PARTS // max(len(figure), 1)) if upper else below * PARTS // max(len(figure), 1) + 1
    return np.asarray(part, np.int64)
