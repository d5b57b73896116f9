"""The shopper belongs to one of the audiences, or to none of them."""

from collections.abc import Hashable
from typing import ClassVar, Self

import msgspec
import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Shoppers
from engine.conditions.tree.families.goods import keys_left
from engine.conditions.tree.leaf import SAID, About, Field, Keys, Leaf, LookedAt, Name, Seen, Wanted
from engine.conditions.tree.operators import IS, NEGATED
from engine.conditions.tree.say import Kind, Say
from engine.wording import gettext_noop


class AudienceLeaf(Leaf, frozen=True, tag="audience"):
    """The shopper belongs to one of the audiences, or to none of them."""

    type: ClassVar[str] = "audience"
    label: ClassVar[str] = gettext_noop("Audience")
    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = (Field("audiences", "audiences"),)
    sees: ClassVar[Kind | None] = "audience"

    audiences: Keys

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether a known customer belongs to one of the audiences, or to none."""
        shopper = circumstances.shopper
        return shopper is not None and shopper.audiences.isdisjoint(self.audiences) == (self.op in NEGATED)

    def among(self, shoppers: Shoppers) -> Flags:
        """Return who belongs to one of the audiences, or to none."""
        is_in = np.zeros(len(shoppers), np.bool_)
        for audience in self.audiences:
            if audience in shoppers.audiences:
                is_in |= shoppers.audiences[audience]
        return np.asarray(is_in != (self.op in NEGATED))

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return the audiences of the shopper."""
        shopper = circumstances.shopper
        return None if shopper is None else tuple(sorted(shopper.audiences))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the audiences of the shopper."""
        return None if circumstances.shopper is None else circumstances.shopper.audiences

    def wanted(self) -> Wanted:
        """Return the audiences; the shopper must be known."""
        return Wanted(self.audiences, is_negated=self.op in NEGATED, needs=SAID)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the audiences of the shopper."""
        shopper = circumstances.shopper
        return () if shopper is None else [(SAID, 0), *((audience, 0) for audience in shopper.audiences)]

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        names = [say.name("audience", audience) for audience in self.audiences]
        if self.op in NEGATED:
            return say.text(gettext_noop("not in the audience %(audiences)s"), audiences=say.neither(names))
        return say.text(gettext_noop("in the audience %(audiences)s"), audiences=say.either(names))

    def names(self) -> frozenset[Name]:
        """Return the audiences."""
        return frozenset([Name("audience", audience) for audience in self.audiences])

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the audiences that are left."""
        left = keys_left("audience", self.audiences, gone)
        return msgspec.structs.replace(self, audiences=left) if left else None
