"""The shopper is due to buy a product again."""

from collections.abc import Hashable
from typing import ClassVar, Self

import msgspec

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.goods import keys_left
from engine.conditions.tree.leaf import About, Field, Keys, Leaf, Name, Seen
from engine.conditions.tree.say import Kind, Say
from engine.wording import gettext_noop


class DueLeaf(Leaf, frozen=True, tag="due"):
    """Any product, or one of some, is due to be bought again by the shopper about now."""

    type: ClassVar[str] = "due"
    label: ClassVar[str] = gettext_noop("Due to be bought again")
    about: ClassVar[About] = "shopper"
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

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return the products that are due."""
        shopper = circumstances.shopper
        return None if shopper is None else tuple(sorted(shopper.due))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products that are due."""
        return None if circumstances.shopper is None else circumstances.shopper.due

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
