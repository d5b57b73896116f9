"""The channel is, or is not, one of some."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.choices import ChoiceLeaf, one_text
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.say import Kind
from engine.wording import gettext_noop


class ChannelLeaf(ChoiceLeaf, frozen=True, tag="channel"):
    """The channel is, or is not, one of some."""

    type: ClassVar[str] = "channel"
    label: ClassVar[str] = gettext_noop("Channel")
    about: ClassVar[About] = "place"
    needs_page: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (Field("values", "channels"),)
    sees: ClassVar[Kind | None] = "channel"
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("in the channel %(values)s"),
        "is_not": gettext_noop("not in the channel %(values)s"),
    }

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return the channel in which an offer is shown."""
        page = circumstances.page
        return frozenset() if page is None else one_text(page.channel)
