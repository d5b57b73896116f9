"""The shopper has placed at least, at most or exactly so many orders."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Ints, Part, Shoppers
from engine.conditions.tree.families.figures import CountLeaf
from engine.conditions.tree.leaf import About
from engine.wording import gettext_noop, ngettext_noop


class OrdersLeaf(CountLeaf, frozen=True, tag="orders"):
    """The shopper has placed at least, at most or exactly so many orders."""

    type: ClassVar[str] = "orders"
    label: ClassVar[str] = gettext_noop("Number of orders")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("facts",)
    says: ClassVar[Mapping[str, tuple[str, str]]] = {
        "at_least": ngettext_noop("with at least %(count)s order", "with at least %(count)s orders"),
        "at_most": ngettext_noop("with at most %(count)s order", "with at most %(count)s orders"),
        "equals": ngettext_noop("with exactly %(count)s order", "with exactly %(count)s orders"),
    }
    counted: ClassVar[tuple[str, str]] = ngettext_noop("%(count)s order", "%(count)s orders")

    @classmethod
    def number_of(cls, circumstances: Circumstances) -> int | None:
        """Return the number of orders, None of a stranger."""
        return None if circumstances.shopper is None else circumstances.shopper.orders

    @classmethod
    def numbers_of(cls, shoppers: Shoppers) -> Ints:
        """Return the number of orders of each customer."""
        return shoppers.orders
