"""The cart holds at least, at most or exactly so many different products."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.figures import CountLeaf
from engine.conditions.tree.leaf import About
from engine.wording import gettext_noop, ngettext_noop


class CartProductsLeaf(CountLeaf, frozen=True, tag="cart_products"):
    """The cart holds at least, at most or exactly so many different products."""

    type: ClassVar[str] = "cart_products"
    label: ClassVar[str] = gettext_noop("Different products in the cart")
    about: ClassVar[About] = "cart"
    says: ClassVar[Mapping[str, tuple[str, str]]] = {
        "at_least": ngettext_noop(
            "with at least %(count)s product in the cart",
            "with at least %(count)s different products in the cart",
        ),
        "at_most": ngettext_noop(
            "with at most %(count)s product in the cart",
            "with at most %(count)s different products in the cart",
        ),
        "equals": ngettext_noop(
            "with exactly %(count)s product in the cart",
            "with exactly %(count)s different products in the cart",
        ),
    }
    counted: ClassVar[tuple[str, str]] = ngettext_noop("%(count)s product", "%(count)s different products")

    @classmethod
    def number_of(cls, circumstances: Circumstances) -> int | None:
        """Return the number of different products."""
        return len(circumstances.cart.units)

    @property
    def grows(self) -> bool:
        """Tell whether it goes on holding for a cart that holds more."""
        return self.op == "at_least"

    @property
    def shrinks(self) -> bool:
        """Tell whether it goes on holding for a cart that holds less."""
        return self.op == "at_most"
