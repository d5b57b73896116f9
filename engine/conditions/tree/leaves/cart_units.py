"""The cart holds at least, at most or exactly so many units."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.figures import CountLeaf
from engine.conditions.tree.leaf import About
from engine.wording import gettext_noop, ngettext_noop


class CartUnitsLeaf(CountLeaf, frozen=True, tag="cart_units"):
    """The cart holds at least, at most or exactly so many units."""

    type: ClassVar[str] = "cart_units"
    label: ClassVar[str] = gettext_noop("Units in the cart")
    about: ClassVar[About] = "cart"
    says: ClassVar[Mapping[str, tuple[str, str]]] = {
        "at_least": ngettext_noop(
            "with at least %(count)s unit in the cart", "with at least %(count)s units in the cart"
        ),
        "at_most": ngettext_noop(
            "with at most %(count)s unit in the cart", "with at most %(count)s units in the cart"
        ),
        "equals": ngettext_noop(
            "with exactly %(count)s unit in the cart", "with exactly %(count)s units in the cart"
        ),
    }
    counted: ClassVar[tuple[str, str]] = ngettext_noop("%(count)s unit", "%(count)s units")

    @classmethod
    def number_of(cls, circumstances: Circumstances) -> int | None:
        """Return the number of units."""
        return sum(circumstances.cart.units.values())

    @property
    def grows(self) -> bool:
        """Tell whether it goes on holding for a cart that holds more."""
        return self.op == "at_least"

    @property
    def shrinks(self) -> bool:
        """Tell whether it goes on holding for a cart that holds less."""
        return self.op == "at_most"
