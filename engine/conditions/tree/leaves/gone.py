"""A condition on something that was deleted."""

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Shoppers
from engine.conditions.tree.leaf import About, Field, Leaf
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class GoneLeaf(Leaf, frozen=True, tag="gone"):
    """In the place of a condition of which nothing is left; `answer` is what keeps its tree from holding.

    `was` is the type of the condition. Nobody can choose it.
    """

    type: ClassVar[str] = "gone"
    label: ClassVar[str] = gettext_noop("Deleted")
    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[tuple[Field, ...]] = ()

    was: str
    answer: bool

    def holds(self, circumstances: Circumstances) -> bool:
        """Return what keeps the tree from holding."""
        del circumstances
        return self.answer

    def among(self, shoppers: Shoppers) -> Flags:
        """Return the same for all of them."""
        return np.full(len(shoppers), self.answer)

    def seen(self, circumstances: Circumstances) -> None:
        """Return nothing: it looks at nothing."""
        del circumstances

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return nothing: the circumstances do not matter."""
        del circumstances
        return None

    def sentence(self, say: Say) -> str:
        """Return that it can no longer be met."""
        return say.text(gettext_noop("matching something that was deleted"))
