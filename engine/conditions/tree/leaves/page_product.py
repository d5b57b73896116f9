"""The page is, or is not, about one of the products."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import ProductsLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import IS
from engine.wording import gettext_noop


class PageProductLeaf(ProductsLeaf, frozen=True, tag="page_product"):
    """The page is, or is not, about one of the products."""

    type: ClassVar[str] = "page_product"
    label: ClassVar[str] = gettext_noop("Product of the page")
    about: ClassVar[About] = "page"
    needs_page: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = IS
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("on the page of %(what)s"),
        "is_not": gettext_noop("on the page of a product other than %(what)s"),
    }
