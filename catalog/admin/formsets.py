"""Inline formsets: the order of their rows, and autocompletes without a query per row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey, Model
from django.forms import BaseInlineFormSet, ModelForm
from unfold.forms import PaginationInlineFormSet

from accounts.admin.keys import KeySelect

if TYPE_CHECKING:
    _FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _FormSet = PaginationInlineFormSet


class QuickAutocompleteSelect(KeySelect):
    """An autocomplete that is given the label of the selected row."""

    known: dict[str, str] | None = None

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> Any:
        """Return the selected option; query the database only for an unknown label."""
        if self.known is None or not set(filter(None, value)) <= self.known.keys():
            return super().optgroups(name, value, attrs)
        options = [
            self.create_option(name, key, self.known[key], selected=True, index=index)
            for index, key in enumerate(filter(None, value))
        ]
        if not self.is_required and not self.allow_multiple_selected:
            options.insert(0, self.create_option(name, "", "", selected=False, index=0))
        return [(None, options, 0)]


def known_labels(row: Model, field_name: str) -> dict[str, str]:
    """Return the label of the row that a foreign key points to, if it is already loaded."""
    field = row._meta.get_field(field_name)  # noqa: SLF001 (Django's documented model API)
    if not isinstance(field, ForeignKey) or not field.is_cached(row):
        return {}
    chosen = getattr(row, field_name)
    return {} if chosen is None else {str(chosen.pk): str(chosen)}


class KnownChoicesFormSet(_FormSet):
    """A formset that passes the labels of its rows to their autocompletes."""

    def add_fields(self, form: "ModelForm[Any]", index: int | None) -> None:
        """Pass each autocomplete the labels that its row already has."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, QuickAutocompleteSelect):
                widget.known = known_labels(form.instance, name)


class SortedFormSet(KnownChoicesFormSet):
    """Rows sorted by position; a new row is added last, because it cannot be dragged yet."""

    def save_new(self, form: "ModelForm[Any]", commit: bool = True) -> Any:
        """Put a new row after all others, unless the form sets its position."""
        if "position" not in form.changed_data:
            taken = [other.instance.position for other in self.forms if other.instance.pk]
            form.instance.position = max(taken, default=-1) + 1
        return super().save_new(form, commit=commit)
