"""The cart is worth at least, or at most, an amount."""

from collections.abc import Hashable, Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.figures import AmountLeaf
from engine.conditions.tree.leaf import About, LookedAt, Wanted
from engine.wording import gettext_noop


class CartValueLeaf(AmountLeaf, frozen=True, tag="cart_value"):
    """The cart's list prices in the currency, without options, add up to the amount."""

    type: ClassVar[str] = "cart_value"
    label: ClassVar[str] = gettext_noop("Cart value")
    about: ClassVar[About] = "cart"
    says: ClassVar[Mapping[str, str]] = {
        "at_least": gettext_noop("with at least %(amount)s in the cart"),
        "at_most": gettext_noop("with at most %(amount)s in the cart"),
    }

    @classmethod
    def amount_in(cls, circumstances: Circumstances, currency: str) -> int | None:
        """Return the value of the cart; one without products in the currency is worth nothing in it."""
        return circumstances.subtotals.get(currency, 0)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the value of the cart by currency."""
        return frozenset(circumstances.subtotals.items())

    def wanted(self) -> Wanted:
        """Return the range of the value; a cart without products in the currency is worth nothing in it."""
        if self.op == "at_most":
            return Wanted((self.currency,), self.minor + 1, is_negated=True)
        return Wanted((self.currency,), self.minor) if self.minor else Wanted((), is_negated=True)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the value of the cart by currency."""
        return circumstances.subtotals.items()

    @property
    def grows(self) -> bool:
        """Tell whether it goes on holding for a cart that holds more."""
        return self.op == "at_least"

    @property
    def shrinks(self) -> bool:
        """Tell whether it goes on holding for a cart that holds less."""
        return self.op == "at_most"
