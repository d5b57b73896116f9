"""The shopper bought from one of the categories within some days, ever, or never."""

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


class BoughtCategoryLeaf(BoughtLeaf, frozen=True, tag="bought_category"):
    """The shopper bought from one of the categories within some days, ever, or never."""

    type: ClassVar[str] = "bought_category"
    label: ClassVar[str] = gettext_noop("Category bought")
    parts: ClassVar[tuple[Part, ...]] = ("categories",)
    fields: ClassVar[tuple[Field, ...]] = (Field("categories", "categories"), DAYS)
    kind: ClassVar[Kind] = "category"
    says: ClassVar[Mapping[str, str | tuple[str, str]]] = {
        "within": ngettext_noop(
            "who bought a product from %(what)s in the last %(count)s day",
            "who bought a product from %(what)s in the last %(count)s days",
        ),
        "not_within": ngettext_noop(
            "who did not buy a product from %(what)s in the last %(count)s day",
            "who did not buy a product from %(what)s in the last %(count)s days",
        ),
        "ever": gettext_noop("who have bought a product from %(what)s"),
        "never": gettext_noop("who have never bought a product from %(what)s"),
    }

    categories: Keys

    @property
    def keys(self) -> tuple[int, ...]:
        """Return the categories."""
        return self.categories

    @classmethod
    def bought_of(cls, shopper: ShopperFacts) -> Mapping[int, int]:
        """Return the last day on which the shopper bought each category."""
        return shopper.bought_categories

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the categories that are left."""
        left = keys_left("category", self.categories, gone)
        return msgspec.structs.replace(self, categories=left) if left else None

    def bought_among(self, shoppers: Shoppers) -> tuple[RecordLists, Flags]:
        """Return the categories of many customers, and which are one of these or below one."""
        bought = shoppers.categories
        return bought, np.isin(bought.records["category"], shoppers.below(self.categories))
