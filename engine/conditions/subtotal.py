"""The smallest cart that an offer is for."""

from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject


class MinimumSubtotal(Condition, frozen=True, tag="min_subtotal"):
    """The cart's list prices in the offer's currency, without options, add up to at least `minor` units."""

    name: ClassVar[str] = "min_subtotal"
    reason: ClassVar[str] = "min_subtotal"
    subject: ClassVar[Subject] = "cart"

    currency: str
    minor: int

    @property
    def grows(self) -> bool:
        """Return that a cart that holds more meets it too."""
        return True

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the cart is worth enough."""
        return circumstances.subtotals.get(self.currency, 0) >= self.minor

    @staticmethod
    def facts(circumstances: Circumstances) -> frozenset[tuple[str, int]]:
        """Return the cart's value in each currency."""
        return frozenset(circumstances.subtotals.items())
