"""An attribute of the shopper has one of the values, or none of them."""

from collections.abc import Hashable
from typing import ClassVar, Self

import msgspec
import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shopper import AttributeValue
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.leaf import About, Field, Leaf, LookedAt, Name, Seen, Text, Texts, Wanted
from engine.conditions.tree.operators import IS, NEGATED
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class AttributeLeaf(Leaf, frozen=True, tag="attribute"):
    """The value of an attribute is, or is not, one of the texts; yes or no is “yes” or “no”.

    A list has a value if one of its texts is it.
    """

    type: ClassVar[str] = "attribute"
    label: ClassVar[str] = gettext_noop("Customer attribute")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("attributes",)
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = (Field("name", "attribute"), Field("values", "texts"))

    name: Text
    values: Texts

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the attribute has one of the values, or none of them."""
        shopper = circumstances.shopper
        return shopper is not None and self.meets(shopper.attributes.get(self.name))

    def meets(self, value: AttributeValue | None) -> bool:
        """Return whether it is, or is not, one of the values; None is not known."""
        texts = () if value is None else texts_of(value)
        return bool(texts) and (not any(text in self.values for text in texts)) == (self.op in NEGATED)

    def among(self, shoppers: Shoppers) -> Flags:
        """Return whose attribute has one of the values, or none of them."""
        values = (attributes.get(self.name) for attributes in shoppers.attributes)
        return np.fromiter(map(self.meets, values), np.bool_, len(shoppers))

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return the value of the attribute."""
        texts = self._texts(circumstances)
        return texts[0] if len(texts) == 1 else texts or None

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the attributes."""
        return attributes_of(circumstances)

    def wanted(self) -> Wanted:
        """Return the name with each of the values; the attribute must have one."""
        keys = tuple((self.name, value) for value in self.values)
        return Wanted(keys, is_negated=self.op in NEGATED, needs=self.name)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the attributes that have texts, by their names and by each text."""
        shopper = circumstances.shopper
        attributes = {} if shopper is None else shopper.attributes
        texts = {name: texts_of(value) for name, value in attributes.items()}
        names: LookedAt = [(name, 0) for name, values in texts.items() if values]
        return [*names, *(((name, value), 0) for name, values in texts.items() for value in values)]

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        name = say.name("attribute", self.name)
        values = [say.name(*self.name_of_seen(value)) for value in self.values]
        if self.op in NEGATED:
            message = gettext_noop("whose %(name)s is not %(values)s")
            return say.text(message, name=name, values=say.neither(values))
        return say.text(gettext_noop("whose %(name)s is %(values)s"), name=name, values=say.either(values))

    def name_of_seen(self, one: int | str) -> Name:
        """Return the value as a choice of the attribute."""
        return Name("choice", f"{self.name}/{one}")

    def names(self) -> frozenset[Name]:
        """Return the attribute, and the values as choices of it."""
        return frozenset([Name("attribute", self.name), *map(self.name_of_seen, self.values)])

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the values that are left."""
        left = tuple(value for value in self.values if self.name_of_seen(value) not in gone)
        is_gone = Name("attribute", self.name) in gone or not left
        return None if is_gone else msgspec.structs.replace(self, values=left)

    def _texts(self, circumstances: Circumstances) -> tuple[str, ...]:
        shopper = circumstances.shopper
        return () if shopper is None else texts_of(shopper.attributes.get(self.name, ()))


def texts_of(value: AttributeValue) -> tuple[str, ...]:
    """Return the texts that an attribute's value is compared by; a number has none."""
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def attributes_of(circumstances: Circumstances) -> Hashable:
    """Return the attributes of the shopper, None of a stranger."""
    shopper = circumstances.shopper
    return None if shopper is None else frozenset(shopper.attributes.items())
