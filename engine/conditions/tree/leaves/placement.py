"""The placement is, or is not, one of some."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.choices import ChoiceLeaf, one_text
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.say import Kind
from engine.wording import gettext_noop


class PlacementLeaf(ChoiceLeaf, frozen=True, tag="placement"):
    """The placement is, or is not, one of some."""

    type: ClassVar[str] = "placement"
    label: ClassVar[str] = gettext_noop("Placement")
    about: ClassVar[About] = "place"
    needs_page: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (Field("values", "placements"),)
    sees: ClassVar[Kind | None] = "placement"
    may_go: ClassVar[bool] = True
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("in the placement %(values)s"),
        "is_not": gettext_noop("not in the placement %(values)s"),
    }

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return the placement in which an offer is shown."""
        page = circumstances.page
        return frozenset() if page is None else one_text(page.placement)
