"""A day that is an attribute of the shopper is on or after, or before, another."""

from collections.abc import Hashable
from datetime import date
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf, Name, Text
from engine.conditions.tree.leaves.attribute import attributes_of
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class AttributeDateLeaf(Leaf, frozen=True, tag="attribute_date"):
    """The day that is an attribute is on or after, or before, `day`."""

    type: ClassVar[str] = "attribute_date"
    label: ClassVar[str] = gettext_noop("Customer attribute (date)")
    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = ("from", "before")
    fields: ClassVar[tuple[Field, ...]] = (Field("name", "attribute"), Field("day", "date"))

    name: Text
    day: date

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the day is late, or early, enough."""
        seen = self.seen(circumstances)
        return seen is not None and (seen >= self.day.isoformat()) == (self.op == "from")

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

    def names(self) -> frozenset[Name]:
        """Return the attribute."""
        return frozenset([Name("attribute", self.name)])


def is_day(text: str) -> bool:
    """Tell whether a text is a day: 2026-11-30."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
