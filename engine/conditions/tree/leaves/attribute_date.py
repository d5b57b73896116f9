"""A day that is an attribute of the shopper is on or after, or before, another."""

from collections.abc import Hashable
from datetime import date
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shopper import AttributeValue
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.leaf import About, Field, Leaf, Name, Seen, Text
from engine.conditions.tree.leaves.attribute import attributes_of
from engine.conditions.tree.local import say_day
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class AttributeDateLeaf(Leaf, frozen=True, tag="attribute_date"):
    """The day that is an attribute is on or after, or before, `day`."""

    type: ClassVar[str] = "attribute_date"
    label: ClassVar[str] = gettext_noop("Customer attribute (date)")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("attributes",)
    operators: ClassVar[tuple[str, ...]] = ("from", "before")
    fields: ClassVar[tuple[Field, ...]] = (Field("name", "attribute"), Field("day", "date"))

    name: Text
    day: date

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the day is late, or early, enough."""
        return self.meets(self.seen(circumstances))

    def meets(self, value: AttributeValue | None) -> bool:
        """Return whether it is a day that is late, or early, enough."""
        if not isinstance(value, str) or not is_day(value):
            return False
        return (value >= self.day.isoformat()) == (self.op == "from")

    def among(self, shoppers: Shoppers) -> Flags:
        """Return whose attribute is late, or early, enough."""
        values = (attributes.get(self.name) for attributes in shoppers.attributes)
        return np.fromiter(map(self.meets, values), np.bool_, len(shoppers))

    def seen(self, circumstances: Circumstances) -> str | None:
        """Return the day as ISO 8601, None where the attribute is missing or is no day."""
        shopper = circumstances.shopper
        value = None if shopper is None else shopper.attributes.get(self.name)
        return value if isinstance(value, str) and is_day(value) else None

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the attributes."""
        return attributes_of(circumstances)

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        name, day = say.name("attribute", self.name), say.day(self.day)
        if self.op == "from":
            return say.text(gettext_noop("whose %(name)s is %(day)s or later"), name=name, day=day)
        return say.text(gettext_noop("whose %(name)s is before %(day)s"), name=name, day=day)

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return the day in words."""
        return say_day(seen, say) if isinstance(seen, str) else super().say_seen(seen, say)

    def names(self) -> frozenset[Name]:
        """Return the attribute."""
        return frozenset([Name("attribute", self.name)])


def is_day(text: str) -> bool:
    """Tell whether a text is a day: 2026-11-30."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
