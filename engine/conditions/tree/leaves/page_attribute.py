"""The page’s product has, or has not, one of the values of an attribute."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import ProductAttributeLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import IS
from engine.wording import gettext_noop


class PageAttributeLeaf(ProductAttributeLeaf, frozen=True, tag="page_attribute"):
    """The page’s product has, or has not, one of the values of an attribute."""

    type: ClassVar[str] = "page_attribute"
    label: ClassVar[str] = gettext_noop("Product attribute of the page")
    about: ClassVar[About] = "page"
    needs_page: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = IS
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("on the page of a product with %(what)s"),
        "is_not": gettext_noop("on the page of a product without %(what)s"),
    }
