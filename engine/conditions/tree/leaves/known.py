"""The shopper is a known customer, or is not."""

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Shoppers
from engine.conditions.tree.leaf import About, Field, Leaf
from engine.conditions.tree.operators import IS
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class KnownLeaf(Leaf, frozen=True, tag="known"):
    """The shopper is a known customer, or is not."""

    type: ClassVar[str] = "known"
    label: ClassVar[str] = gettext_noop("Known customer")
    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = ()

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the shopper is known, or is not."""
        return circumstances.is_known == (self.op == "is")

    def among(self, shoppers: Shoppers) -> Flags:
        """Return all of them, or none: they are known."""
        return np.full(len(shoppers), self.op == "is")

    def seen(self, circumstances: Circumstances) -> bool:
        """Return whether the shopper is known."""
        return circumstances.is_known

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return whether the shopper is known."""
        return circumstances.is_known

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        if self.op == "is":
            return say.text(gettext_noop("who are known customers"))
        return say.text(gettext_noop("who are not known customers"))
