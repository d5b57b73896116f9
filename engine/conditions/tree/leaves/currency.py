"""The currency of the cart is, or is not, one of some."""

import re
from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.choices import ChoiceLeaf
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.say import Kind
from engine.wording import gettext_noop


class CurrencyLeaf(ChoiceLeaf, frozen=True, tag="currency"):
    """The currency of the cart is, or is not, one of some."""

    type: ClassVar[str] = "currency"
    label: ClassVar[str] = gettext_noop("Currency")
    about: ClassVar[About] = "place"
    fields: ClassVar[tuple[Field, ...]] = (Field("values", "currencies"),)
    sees: ClassVar[Kind | None] = "currency"
    pattern: ClassVar[re.Pattern[str] | None] = re.compile(r"[A-Z]{3}")
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("who pay in %(values)s"),
        "is_not": gettext_noop("who do not pay in %(values)s"),
    }

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return the currencies of the cart, or else of the page’s product."""
        return circumstances.currencies
