"""The page’s product is, or is not, by one of the brands."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import BrandsLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import IS
from engine.wording import gettext_noop


class PageBrandLeaf(BrandsLeaf, frozen=True, tag="page_brand"):
    """The page’s product is, or is not, by one of the brands."""

    type: ClassVar[str] = "page_brand"
    label: ClassVar[str] = gettext_noop("Brand of the page")
    about: ClassVar[About] = "page"
    needs_page: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = IS
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("on the page of a product by %(what)s"),
        "is_not": gettext_noop("on the page of a product that is not by %(what)s"),
    }
