"""A product whose attribute has one of the values is, or is not, in the cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import ProductAttributeLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import CONTAINS
from engine.wording import gettext_noop


class CartAttributeLeaf(ProductAttributeLeaf, frozen=True, tag="cart_attribute"):
    """A product whose attribute has one of the values is, or is not, in the cart."""

    type: ClassVar[str] = "cart_attribute"
    label: ClassVar[str] = gettext_noop("Product attribute in the cart")
    about: ClassVar[About] = "cart"
    operators: ClassVar[tuple[str, ...]] = CONTAINS
    says: ClassVar[Mapping[str, str]] = {
        "contains": gettext_noop("with a product with %(what)s in the cart"),
        "contains_not": gettext_noop("without a product with %(what)s in the cart"),
    }
