"""The shopper is in one of the segments, or in none of them."""

import re
from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.choices import ChoiceLeaf, one_text
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.say import Kind
from engine.learned.facts import SEGMENTS
from engine.wording import gettext_noop


class SegmentLeaf(ChoiceLeaf, frozen=True, tag="segment"):
    """The shopper is in one of the segments by recency, frequency and spending, or in none of them."""

    type: ClassVar[str] = "segment"
    label: ClassVar[str] = gettext_noop("Segment")
    about: ClassVar[About] = "shopper"
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
