"""A product of one of the categories, or of one below them, is, or is not, in the cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import CategoriesLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import CONTAINS
from engine.wording import gettext_noop


class CartCategoryLeaf(CategoriesLeaf, frozen=True, tag="cart_category"):
    """A product of one of the categories, or of one below them, is, or is not, in the cart."""

    type: ClassVar[str] = "cart_category"
    label: ClassVar[str] = gettext_noop("Category in the cart")
    about: ClassVar[About] = "cart"
    operators: ClassVar[tuple[str, ...]] = CONTAINS
    says: ClassVar[Mapping[str, str]] = {
        "contains": gettext_noop("with a product from %(what)s in the cart"),
        "contains_not": gettext_noop("without a product from %(what)s in the cart"),
    }
