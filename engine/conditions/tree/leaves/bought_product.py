"""The shopper bought one of the products within some days, ever, or never."""

from collections.abc import Mapping
from typing import ClassVar, Self

import msgspec
import numpy as np

from engine.conditions.shopper import ShopperFacts
from engine.conditions.shoppers import Flags, Part, RecordLists, Shoppers
from engine.conditions.tree.families.goods import keys_left
from engine.conditions.tree.families.purchases import DAYS, BoughtLeaf
from engine.conditions.tree.leaf import Field, Keys, Name
from engine.conditions.tree.say import Kind
from engine.wording import gettext_noop, ngettext_noop


class BoughtProductLeaf(BoughtLeaf, frozen=True, tag="bought_product"):
    """The shopper bought one of the products within some days, ever, or never."""

    type: ClassVar[str] = "bought_product"
    label: ClassVar[str] = gettext_noop("Product bought")
    parts: ClassVar[tuple[Part, ...]] = ("purchases",)
    fields: ClassVar[tuple[Field, ...]] = (Field("products", "products"), DAYS)
    kind: ClassVar[Kind] = "product"
    note: ClassVar[str] = gettext_noop(
        "Of each customer, the 100 products that they are most likely to buy again are known. For others, "
        "ask for the category."
    )
    says: ClassVar[Mapping[str, str | tuple[str, str]]] = {
        "within": ngettext_noop(
            "who bought %(what)s in the last %(count)s day", "who bought %(what)s in the last %(count)s days"
        ),
        "not_within": ngettext_noop(
            "who did not buy %(what)s in the last %(count)s day",
            "who did not buy %(what)s in the last %(count)s days",
        ),
        "ever": gettext_noop("who have bought %(what)s"),
        "never": gettext_noop("who have never bought %(what)s"),
    }

    products: Keys

    @property
    def keys(self) -> tuple[int, ...]:
        """Return the products."""
        return self.products

    @classmethod
    def bought_of(cls, shopper: ShopperFacts) -> Mapping[int, int]:
        """Return the last day on which the shopper bought each product."""
        return shopper.bought

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the products that are left."""
        left = keys_left("product", self.products, gone)
        return msgspec.structs.replace(self, products=left) if left else None

    def bought_among(self, shoppers: Shoppers) -> tuple[RecordLists, Flags]:
        """Return the purchases of many customers, and which are of one of the products."""
        bought = shoppers.purchases
        return bought, np.isin(bought.records["product"], self.products)
