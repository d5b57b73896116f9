"""The demo's customers: real ones who show the effect of customer statistics.

Of all frequent customers, one spends most, one buys the more expensive tiers of the tour's first ladder, and
one never paid as much as its next tier costs. So the same page offers an upgrade to one and not to the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.learned.facts import COMFORT


@dataclass(frozen=True, slots=True)
class Regular:
    """A customer who orders often, with their expected value and usual price ranges (`facts.COMFORT`)."""

    external_id: str
    order_count: int
    value_minor: int
    comfort: bytes


def pick_shoppers(
    customers: Iterable[Regular], *, category: int, step_minor: int, top_minor: int
) -> list[tuple[str, str]]:
    """Return (role, customer id): "regular", "choosy" and "thrifty", each at most once.

    category: primary key of the ladder's category; step_minor and top_minor: the prices of its second and its
    most expensive tier. "choosy" usually pays the latter, "thrifty" less than the second tier.
    """
    by_value = sorted(customers, key=lambda one: (-one.value_minor, one.external_id))
    used_to = [(one, upper_end(one.comfort, category)) for one in by_value]
    choosy = [one for one, high in used_to if high is not None and high >= top_minor]
    thrifty = [one for one, high in used_to if high is not None and high < step_minor]
    thrifty.sort(key=lambda one: (-one.order_count, one.external_id))
    special = {one.external_id for one in (*choosy[:1], *thrifty[:1])}
    regular = [one for one in by_value if one.external_id not in special]
    return [*_first("regular", regular), *_first("choosy", choosy), *_first("thrifty", thrifty)]


def upper_end(comfort: bytes, category: int) -> int | None:
    """Return the upper end of a customer's price range in a category, minor units; None if there is none."""
    bands = np.frombuffer(comfort, COMFORT)
    high = bands["high"][bands["category"] == category]
    return int(high[0]) if len(high) else None


def _first(role: str, customers: Sequence[Regular]) -> list[tuple[str, str]]:
    return [(role, one.external_id) for one in customers[:1]]
