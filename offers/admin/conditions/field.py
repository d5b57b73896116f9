"""The form field of a tree of conditions."""

import json
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.text import capfirst

from engine.conditions.tree.leaf import About
from engine.conditions.tree.tree import TreeError, encode
from offers.admin.conditions.errors import placed_text
from offers.admin.conditions.reading import read_text
from offers.admin.conditions.widget import ALL_ABOUTS, TreeWidget
from offers.services.condition_text import sentence_of


class TreeField(forms.Field):
    """A tree of conditions as its JSON value, None where nothing was entered; `abouts` are those allowed."""

    def __init__(self, *, abouts: Collection[About] = ALL_ABOUTS, **kwargs: Any) -> None:
        self.abouts = abouts
        super().__init__(widget=TreeWidget(abouts), **kwargs)

    @classmethod
    def for_column(cls, column: "Field[Any, Any]", *, abouts: Collection[About] = ALL_ABOUTS) -> "TreeField":
        """Return the field for a column; one that may be empty is not required."""
        label = capfirst(column.verbose_name)
        return cls(abouts=abouts, label=label, required=not column.blank, help_text=column.help_text)

    def to_python(self, value: Any) -> dict[str, Any] | None:
        """Return the value as it is stored; refuse what is no tree, with the place of what is wrong."""
        try:
            tree = read_text(str(value or ""), self.abouts)
        except TreeError as error:
            raise ValidationError(placed_text(error), code=error.code) from error
        return None if tree is None else encode(tree)

    def prepare_value(self, value: Any) -> str:
        """Return the JSON as the page's script writes it; what was entered stays as it is."""
        if value is None or isinstance(value, str):
            return value or ""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether other conditions were entered."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def entry_text(self, value: str) -> str:
        """Return what was entered as a sentence."""
        try:
            return sentence_of(self.to_python(value))
        except ValidationError:
            return value
