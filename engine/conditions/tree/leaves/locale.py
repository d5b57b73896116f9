"""The shopper’s language is, or is not, one of some."""

import re
from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.families.choices import ChoiceLeaf
from engine.conditions.tree.leaf import About, Field
from engine.conditions.tree.say import Kind
from engine.wording import gettext_noop


class LocaleLeaf(ChoiceLeaf, frozen=True, tag="locale"):
    """The shopper’s language is, or is not, one of some."""

    type: ClassVar[str] = "locale"
    label: ClassVar[str] = gettext_noop("Language")
    about: ClassVar[About] = "place"
    fields: ClassVar[tuple[Field, ...]] = (Field("values", "locales"),)
    sees: ClassVar[Kind | None] = "locale"
    pattern: ClassVar[re.Pattern[str] | None] = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
    says: ClassVar[Mapping[str, str]] = {
        "is": gettext_noop("who read %(values)s"),
        "is_not": gettext_noop("who do not read %(values)s"),
    }

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return the locale in lower case, and its language alone: “ja” is said of “ja-JP” too."""
        locale = circumstances.locale.lower()
        return frozenset((locale, locale.partition("-")[0])) if locale else frozenset()

    def seen(self, circumstances: Circumstances) -> str | None:
        """Return the locale."""
        return circumstances.locale.lower() or None
