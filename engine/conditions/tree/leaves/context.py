"""A value of the shop's own is one of some, or none of them."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf, LookedAt, Name, Text, Texts, Wanted
from engine.conditions.tree.operators import IS, NEGATED
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class ContextLeaf(Leaf, frozen=True, tag="context"):
    """The value that a request gives under a name of the shop's own is, or is not, one of the texts."""

    type: ClassVar[str] = "context"
    label: ClassVar[str] = gettext_noop("Context value")
    about: ClassVar[About] = "place"
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = (Field("name", "context"), Field("values", "texts"))

    name: Text
    values: Texts

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the value was given, and is, or is not, one of the texts."""
        value = circumstances.context.get(self.name)
        return value is not None and (value in self.values) != (self.op in NEGATED)

    def seen(self, circumstances: Circumstances) -> str | None:
        """Return the value, None where it was not given."""
        return circumstances.context.get(self.name)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return all values."""
        return frozenset(circumstances.context.items())

    def wanted(self) -> Wanted:
        """Return the name with each of the texts; the value must be given."""
        keys = tuple((self.name, value) for value in self.values)
        return Wanted(keys, is_negated=self.op in NEGATED, needs=self.name)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the names of the values that were given, and each with its value."""
        context = circumstances.context
        return [*((name, 0) for name in context), *((pair, 0) for pair in context.items())]

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        name = say.name("context", self.name)
        if self.op in NEGATED:
            values = say.neither(self.values)
            return say.text(gettext_noop("with %(name)s other than %(values)s"), name=name, values=values)
        return say.text(gettext_noop("with %(name)s %(values)s"), name=name, values=say.either(self.values))

    def names(self) -> frozenset[Name]:
        """Return the name of the value."""
        return frozenset([Name("context", self.name)])
