"""Conditions that compare a text, or several, with a list of texts."""

import re
from collections.abc import Hashable, Mapping
from typing import ClassVar, Self

import msgspec

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import SAID, Leaf, LookedAt, Name, Seen, Texts, Wanted
from engine.conditions.tree.operators import IS, NEGATED
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class ChoiceLeaf(Leaf, frozen=True):
    """One of the texts is, or none of them is, what the circumstances say."""

    operators: ClassVar[tuple[str, ...]] = IS
    # The message for each operator, with %(values)s.
    says: ClassVar[Mapping[str, str]]
    # What each of the texts must look like.
    pattern: ClassVar[re.Pattern[str] | None] = None
    # Whether what is named may be deleted.
    may_go: ClassVar[bool] = False

    values: Texts

    @classmethod
    def texts_of(cls, circumstances: Circumstances) -> frozenset[str]:
        """Return what the circumstances say; nothing where it is not known."""
        raise NotImplementedError

    def fault(self) -> tuple[str, str] | None:
        """Return the field if one of its texts can never be said."""
        if self.pattern is None or all(map(self.pattern.fullmatch, self.values)):
            return None
        return "values", gettext_noop("There is no such value.")

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether one of the texts is, or none of them is, among what is said."""
        texts = self.texts_of(circumstances)
        return bool(texts) and texts.isdisjoint(self.values) == (self.op in NEGATED)

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return what the circumstances say."""
        texts = sorted(self.texts_of(circumstances))
        return texts[0] if len(texts) == 1 else tuple(texts) or None

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return what the circumstances say."""
        return cls.texts_of(circumstances)

    def wanted(self) -> Wanted:
        """Return the texts; something must be said."""
        return Wanted(self.values, is_negated=self.op in NEGATED, needs=SAID)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return what the circumstances say."""
        texts = cls.texts_of(circumstances)
        return [(text, 0) for text in (*texts, SAID)] if texts else ()

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        values = [value if self.sees is None else say.name(self.sees, value) for value in self.values]
        said = say.neither(values) if self.op in NEGATED else say.either(values)
        return say.text(self.says[self.op], values=said)

    def names(self) -> frozenset[Name]:
        """Return what the texts name, if it may be deleted."""
        if self.sees is None or not self.may_go:
            return frozenset()
        return frozenset([Name(self.sees, value) for value in self.values])

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the texts that still name something."""
        kept = frozenset(name.key for name in self.names() - gone)
        left = tuple(value for value in self.values if value in kept) if self.names() else self.values
        return msgspec.structs.replace(self, values=left) if left else None


def one_text(text: str) -> frozenset[str]:
    """Return the text alone, nothing if it is empty."""
    return frozenset((text,)) if text else frozenset()
