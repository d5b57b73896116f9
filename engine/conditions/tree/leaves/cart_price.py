"""A product in the price range is, or is not, in the cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import PricesLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import CONTAINS
from engine.wording import gettext_noop


class CartPriceLeaf(PricesLeaf, frozen=True, tag="cart_price"):
    """A product in the price range is, or is not, in the cart."""

    type: ClassVar[str] = "cart_price"
    label: ClassVar[str] = gettext_noop("Price of a product in the cart")
    about: ClassVar[About] = "cart"
    operators: ClassVar[tuple[str, ...]] = CONTAINS
    says: ClassVar[Mapping[str, str]] = {
        "contains": gettext_noop("with a product that costs %(what)s in the cart"),
        "contains_not": gettext_noop("without a product that costs %(what)s in the cart"),
    }
