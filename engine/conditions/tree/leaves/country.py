"""The shopper’s country is, or is not, one of some."""

import re
from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.choices import ChoiceLeaf, one_text
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.say import Kind
from engine.wording import gettext_noop


class CountryLeaf(ChoiceLeaf, frozen=True, tag="country"):
    """The shopper’s country is, or is not, one of some."""

    type: ClassVar[str] = "country"
    label: ClassVar[str] = gettext_noop("Country")
    about: ClassVar[About] = "place"
    fields: ClassVar[tuple[Field, ...]] = (Field("values", "countries"),)
    sees: ClassVar[Kind | None] = "country"
    pattern: ClassVar[re.Pattern[str] | None] = re.compile(r"[A-Z]{2}")
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("in %(values)s"),
        "is_not": gettext_noop("not in %(values)s"),
    }

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return the country."""
        return one_text(circumstances.country)
