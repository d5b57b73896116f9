"""The lines of a cart as offers look at them: equal units together, options below their line."""

from typing import Literal

from msgspec import Struct

from engine.pricing.cart import PricingProduct

Purchase = Literal["one_time", "subscription"]
# The rows that each role of an offer sees, ascending.
Roles = list[list[int]]


class Line(Struct, gc=False):
    """All equal units of a cart. `parent` is the row whose option this is."""

    product: PricingProduct
    quantity: int
    interval_days: int = 0
    cycle: int = 1
    parent: int | None = None

    @property
    def purchase(self) -> Purchase:
        """Return how it is bought."""
        return "subscription" if self.interval_days else "one_time"


class CanonicalLines(Struct):
    """The lines sorted by product, each followed by its options, and what the shopper accepted.

    `options` are the option rows of a row. `accepted` says by offer and product how many units were
    accepted; where an acceptance exchanges units, how many were exchanged.
    """

    rows: list[Line]
    options: dict[int, list[int]]
    accepted: dict[int, dict[int, int]]
