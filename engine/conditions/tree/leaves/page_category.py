"""The page’s product is, or is not, of one of the categories or of one below them."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import CategoriesLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import IS
from engine.wording import gettext_noop


class PageCategoryLeaf(CategoriesLeaf, frozen=True, tag="page_category"):
    """The page’s product is, or is not, of one of the categories or of one below them."""

    type: ClassVar[str] = "page_category"
    label: ClassVar[str] = gettext_noop("Category of the page")
    about: ClassVar[About] = "page"
    needs_page: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = IS
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("on the page of a product from %(what)s"),
        "is_not": gettext_noop("on the page of a product that is not from %(what)s"),
    }
