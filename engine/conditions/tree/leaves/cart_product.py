"""One of the products is, or is not, in the cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import ProductsLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import CONTAINS
from engine.wording import gettext_noop


class CartProductLeaf(ProductsLeaf, frozen=True, tag="cart_product"):
    """One of the products is, or is not, in the cart."""

    type: ClassVar[str] = "cart_product"
    label: ClassVar[str] = gettext_noop("Product in the cart")
    about: ClassVar[About] = "cart"
    operators: ClassVar[tuple[str, ...]] = CONTAINS
    says: ClassVar[Mapping[str, str]] = {
        "contains": gettext_noop("with %(what)s in the cart"),
        "contains_not": gettext_noop("without %(what)s in the cart"),
    }
