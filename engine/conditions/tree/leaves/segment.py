"""The shopper is in one of the segments, or in none of them."""

import re
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.families.choices import ChoiceLeaf, one_text
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.operators import NEGATED
from engine.conditions.tree.say import Kind
from engine.learned.facts import NOTHING, SEGMENTS
from engine.wording import gettext_noop


class SegmentLeaf(ChoiceLeaf, frozen=True, tag="segment"):
    """The shopper is in one of the segments by recency, frequency and spending, or in none of them."""

    type: ClassVar[str] = "segment"
    label: ClassVar[str] = gettext_noop("Segment")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("facts",)
    fields: ClassVar[tuple[Field, ...]] = (Field("values", "segments"),)
    sees: ClassVar[Kind | None] = "segment"
    pattern: ClassVar[re.Pattern[str] | None] = re.compile("|".join(SEGMENTS))
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("in the segment %(values)s"),
        "is_not": gettext_noop("not in the segment %(values)s"),
    }

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return the segment of the shopper, if there is one."""
        shopper = circumstances.shopper
        return frozenset() if shopper is None else one_text(shopper.segment)

    def among(self, shoppers: Shoppers) -> Flags:
        """Return who is in one of the segments, or is in another."""
        wanted = [SEGMENTS.index(value) for value in self.values if value in SEGMENTS]
        is_in = np.isin(shoppers.segment, wanted)
        return np.asarray((shoppers.segment != NOTHING) & (is_in != (self.op in NEGATED)))
