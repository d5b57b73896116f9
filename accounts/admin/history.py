"""The history of a row: what was changed, from which value to which, in the language of whoever reads it.

Django keeps the labels of changed fields. Next to them, this keeps each old and new value as the database
holds it, and writes them as text when the history is read.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ManyToManyField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from accounts.admin.history_text import entry_text

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object

# As Django keeps it: one dictionary for each thing that was added, changed or deleted.
ChangeMessage = list[dict[str, Any]]
# Columns whose values nobody may read.
SECRET = frozenset({"password"})


def said(words: str, **params: str) -> ChangeMessage:
    """Return a message of its own; `words` is what the catalogue of translations holds, with %(gaps)s."""
    return [{"said": words, "params": params}]


class ReadableHistory(_Page):
    """Keep what was changed, and show it on the history page."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> ChangeMessage:
        """Add the old and new values to Django's message."""
        message: Any = super().construct_change_message(request, form, formsets, add)
        rows = [] if add or not form.changed_data else [form]
        rows += chain.from_iterable(map(_changed_rows, formsets or ()))
        parts = (part["changed"] for part in message if "changed" in part)
        with override(None):
            for part, row in zip(parts, rows, strict=True):
                part.update(_values_of(row))
        return message  # type: ignore[no-any-return] # the stubs say it is a list of other dictionaries

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Write each entry in the reader's language."""
        response = super().history_view(request, object_id, extra_context)
        context = getattr(response, "context_data", None)
        for entry in context["action_list"] if context else ():
            # The page asks each entry for its text by this name.
            vars(entry)["get_change_message"] = entry_text(entry, self)
        return response

    def history_label(self, column: "Field[Any, Any]") -> str:
        """Return what the page calls a column."""
        return str(column.verbose_name)

    def history_value(self, column: "Field[Any, Any]", value: Any, row: Mapping[str, Any]) -> str | None:
        """Return a value as text where the page writes it in its own way; `row` has what decides how."""
        del column, value, row
        return None


def _changed_rows(formset: Any) -> Iterator[Any]:
    """Yield the forms of the rows that were changed, in Django's order."""
    forms = {id(form.instance): form for form in formset.initial_forms}
    for row, _fields in formset.changed_objects:
        yield forms[id(row)]


def _values_of(form: Any) -> dict[str, Any]:
    """Return the changed values of a form, and what decides how they are written, before and after."""
    model: type[Model] = form._meta.model  # noqa: SLF001 (as Django's own admin reads it)
    before = getattr(form, "stored_initial", form.initial)
    values = []
    for name in form.changed_data:
        try:
            column = model._meta.get_field(name)  # noqa: SLF001 (Django's documented model API)
        except FieldDoesNotExist:
            continue
        if name not in SECRET and isinstance(column, Field):
            old, new = _plain(column, before.get(name)), _plain(column, form.cleaned_data.get(name))
            values.append([name, old, new])
    contexts = form.row_contexts() if hasattr(form, "row_contexts") else ({}, {})
    return {"model": model._meta.label_lower, "values": values, "rows": contexts}  # noqa: SLF001


def _plain(column: "Field[Any, Any]", value: Any) -> Any:
    """Return a value as JSON can hold it; rows by their names, because they may be deleted later."""
    if isinstance(column, ManyToManyField):
        return sorted(map(str, _rows_of(column, value or ())))
    if column.is_relation:
        return next(map(str, _rows_of(column, () if value is None else (value,))), None)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def _rows_of(column: "Field[Any, Any]", values: Iterable[Any]) -> Iterable[Any]:
    """Return rows that are given as they are, or by their keys."""
    known = values if isinstance(values, QuerySet) else list(values)
    if all(isinstance(one, Model) for one in known):
        return known
    model: Any = column.related_model
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=known)  # noqa: SLF001 (Django's model API)
    return rows
