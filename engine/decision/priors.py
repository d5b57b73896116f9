"""What is expected of proposals before any answers are known.

The share of shoppers expected to accept the first candidate of a strategy or kind of offer where
merchandisers decide what is proposed. The n-th candidate counts 1/n of it. What the statistics choose has a
relevance from the orders instead. `engine.learned.acceptance` corrects both by the answers.
"""

from collections.abc import Mapping
from typing import Final

PRIOR_RELEVANCE: Final[Mapping[str, float]] = {
    "curated": 0.08,
    "viewed_not_bought": 0.06,
    "related": 0.06,
    "quantity": 0.06,
    "add_on": 0.06,
    "buy_get": 0.06,
    "bundle": 0.05,
    "ladder": 0.05,
    "threshold": 0.05,
    "similar": 0.03,
    "subscription": 0.03,
}
