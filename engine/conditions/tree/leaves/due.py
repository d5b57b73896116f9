"""The shopper is due to buy a product again."""

from collections.abc import Hashable
from typing import ClassVar, Final, Self

import msgspec
import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.families.goods import keys_left
from engine.conditions.tree.leaf import SAID, About, Field, Keys, Leaf, LookedAt, Name, Seen, Wanted
from engine.conditions.tree.say import Kind, Say
from engine.learned.facts import is_due
from engine.wording import gettext_noop

# Stands for any product: no primary key is 0.
ANY: Final = 0


class DueLeaf(Leaf, frozen=True, tag="due"):
    """Any product, or one of some, is due to be bought again by the shopper about now."""

    type: ClassVar[str] = "due"
    label: ClassVar[str] = gettext_noop("Due to be bought again")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("due",)
    operators: ClassVar[tuple[str, ...]] = ("any", "is", "is_not")
    fields: ClassVar[tuple[Field, ...]] = (Field("products", "products", ("is", "is_not")),)
    sees: ClassVar[Kind | None] = "product"

    products: Keys | None = None

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether such a product is due, or none of them is."""
        shopper = circumstances.shopper
        if shopper is None:
            return False
        if self.op == "any":
            return bool(shopper.due)
        return shopper.due.isdisjoint(self.products or ()) == (self.op == "is_not")

    def among(self, shoppers: Shoppers) -> Flags:
        """Return for whom such a product is due, or none of them is."""
        due = shoppers.due.records
        is_wanted = is_due(
            due["due_day"].astype(np.int64), due["interval_days"].astype(np.int64), shoppers.today
        )
        if self.op == "any":
            return shoppers.due.any_of(is_wanted)
        is_wanted &= np.isin(due["product"], self.products or ())
        return np.asarray(shoppers.due.any_of(is_wanted) != (self.op == "is_not"))

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return the products that are due."""
        shopper = circumstances.shopper
        return None if shopper is None else tuple(sorted(shopper.due))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products that are due."""
        return None if circumstances.shopper is None else circumstances.shopper.due

    def wanted(self) -> Wanted:
        """Return the products; the shopper must be known."""
        if self.op == "any":
            return Wanted((ANY,), needs=SAID)
        return Wanted(self.products or (), is_negated=self.op == "is_not", needs=SAID)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the products that are due, and whether there are any."""
        shopper = circumstances.shopper
        if shopper is None:
            return ()
        return [(key, 0) for key in (SAID, *shopper.due, *((ANY,) if shopper.due else ()))]

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        if self.op == "any":
            return say.text(gettext_noop("who are due to buy something again"))
        products = say.either([say.name("product", product) for product in self.products or ()])
        if self.op == "is":
            return say.text(gettext_noop("who are due to buy %(products)s again"), products=products)
        return say.text(gettext_noop("who are not due to buy %(products)s again"), products=products)

    def names(self) -> frozenset[Name]:
        """Return the products."""
        return frozenset([Name("product", product) for product in self.products or ()])

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the products that are left."""
        if self.products is None:
            return self
        left = keys_left("product", self.products, gone)
        return msgspec.structs.replace(self, products=left) if left else None
