"""The list price of the page’s product is, or is not, in the range."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.tree.families.goods import PricesLeaf
from engine.conditions.tree.leaf import About
from engine.conditions.tree.operators import IS
from engine.wording import gettext_noop


class PagePriceLeaf(PricesLeaf, frozen=True, tag="page_price"):
    """The list price of the page’s product is, or is not, in the range."""

    type: ClassVar[str] = "page_price"
    label: ClassVar[str] = gettext_noop("Price of the page’s product")
    about: ClassVar[About] = "page"
    needs_page: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = IS
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("on the page of a product that costs %(what)s"),
        "is_not": gettext_noop("on the page of a product that does not cost %(what)s"),
    }
