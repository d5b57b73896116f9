"""A product of one of the brands is, or is not, in the cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import BrandsLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import CONTAINS
from engine.wording import gettext_noop


class CartBrandLeaf(BrandsLeaf, frozen=True, tag="cart_brand"):
    """A product of one of the brands is, or is not, in the cart."""

    type: ClassVar[str] = "cart_brand"
    label: ClassVar[str] = gettext_noop("Brand in the cart")
    about: ClassVar[About] = "cart"
    operators: ClassVar[tuple[str, ...]] = CONTAINS
    says: ClassVar[Mapping[str, str]] = {
        "contains": gettext_noop("with a product by %(what)s in the cart"),
        "contains_not": gettext_noop("without a product by %(what)s in the cart"),
    }
