"""A number that is an attribute of the shopper is at least, or at most, another."""

from collections.abc import Hashable
from math import isfinite
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shopper import AttributeValue
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.leaf import About, Field, Leaf, Name, Text
from engine.conditions.tree.leaves.attribute import attributes_of
from engine.conditions.tree.operators import COUNTS
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class AttributeNumberLeaf(Leaf, frozen=True, tag="attribute_number"):
    """The number that is an attribute is at least, at most or exactly `number`."""

    type: ClassVar[str] = "attribute_number"
    label: ClassVar[str] = gettext_noop("Customer attribute (number)")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("attributes",)
    operators: ClassVar[tuple[str, ...]] = COUNTS
    fields: ClassVar[tuple[Field, ...]] = (Field("name", "attribute"), Field("number", "number"))

    name: Text
    number: float

    def fault(self) -> tuple[str, str] | None:
        """Return the field if its number is none."""
        return None if isfinite(self.number) else ("number", gettext_noop("The number must be finite."))

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the number is large, or small, enough."""
        return self.meets(self.seen(circumstances))

    def meets(self, value: AttributeValue | None) -> bool:
        """Return whether it is a number that is large, or small, enough."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        if self.op == "at_least":
            return value >= self.number
        return value <= self.number if self.op == "at_most" else value == self.number

    def among(self, shoppers: Shoppers) -> Flags:
        """Return whose attribute is large, or small, enough."""
        values = (attributes.get(self.name) for attributes in shoppers.attributes)
        return np.fromiter(map(self.meets, values), np.bool_, len(shoppers))

    def seen(self, circumstances: Circumstances) -> float | None:
        """Return the number, None where the attribute is missing or is none."""
        shopper = circumstances.shopper
        value = None if shopper is None else shopper.attributes.get(self.name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the attributes."""
        return attributes_of(circumstances)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        name, number = say.name("attribute", self.name), say.number(self.number)
        if self.op == "at_least":
            return say.text(gettext_noop("whose %(name)s is at least %(number)s"), name=name, number=number)
        if self.op == "at_most":
            return say.text(gettext_noop("whose %(name)s is at most %(number)s"), name=name, number=number)
        return say.text(gettext_noop("whose %(name)s is exactly %(number)s"), name=name, number=number)

    def names(self) -> frozenset[Name]:
        """Return the attribute."""
        return frozenset([Name("attribute", self.name)])
