"""Read-only pages: amounts as ¥1,980 and 10%, with the labels of the form."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.db.models import Field, Model
from django.http import HttpRequest

from catalog.admin.amounts import AmountField
from catalog.models import default_currency
from catalog.services.amounts import listed

if TYPE_CHECKING:
    _Fields = admin.options.BaseModelAdmin[Any]
else:
    _Fields = object

UNKNOWN = "–"


class ShownColumn:
    """A column as text; Django calls it with the row and reads its name and label."""

    def __init__(
        self, column: "Field[Any, Any]", *, label: Any, amount: AmountField | None, page: "ReadableFields"
    ) -> None:
        # Not the column's own name: Django would add its help text, which explains how to enter a value.
        self.__name__ = f"shown_{column.name}"
        self.short_description = label
        self.column = column
        self._amount, self._page = amount, page

    def __str__(self) -> str:
        """Return the name that templates use as a CSS class."""
        return self.__name__

    def __eq__(self, other: object) -> bool:
        """Compare by name, because a page creates its columns on each call."""
        return isinstance(other, ShownColumn) and other.__name__ == self.__name__

    def __hash__(self) -> int:
        return hash(self.__name__)

    def __call__(self, row: Model) -> str:
        """Return the value of the row as text; a dash if it is empty."""
        if isinstance(self.column, models.ManyToManyField):
            chosen = self.column.value_from_object(row)
            return listed(map(str, chosen)) or UNKNOWN
        value = self.column.value_from_object(row)
        if value is None or value == "":
            return UNKNOWN
        if self._amount is not None:
            return self._amount.spoken(value, {**vars(row), "currency": self._page.row_currency(row)})
        if isinstance(value, list):
            return listed(map(str, value)) or UNKNOWN
        if self.column.is_relation:
            return str(vars(row)["_state"].fields_cache.get(self.column.name) or value)
        return str(dict(self.column.flatchoices).get(value, value))


class ReadableFields(_Fields):
    """Show amounts as text on read-only pages.

    Django would show the stored minor units and basis points, under the names of the columns.
    """

    def row_currency(self, row: Model) -> str:
        """Return the currency of a row's amounts."""
        return vars(row).get("currency") or default_currency()

    def reader_labels(self) -> Mapping[str, Any]:
        """Return the labels of columns that differ from their verbose names on this page."""
        return {}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Replace the columns that need formatting."""
        fieldsets = super().get_fieldsets(request, obj)
        shown = {one.column.name: one for one in self._shown_columns(request, obj)}

        def replaced(one: Any) -> Any:
            return tuple(map(replaced, one)) if isinstance(one, list | tuple) else shown.get(one, one)

        return [(title, {**options, "fields": replaced(options["fields"])}) for title, options in fieldsets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add those columns to the read-only fields."""
        return [*super().get_readonly_fields(request, obj), *self._shown_columns(request, obj)]

    def _shown_columns(self, request: HttpRequest, obj: Any) -> list[ShownColumn]:
        """Return the replacement columns; none for users who may edit."""
        if obj is None or self.has_change_permission(request, obj):
            return []
        labels = self.reader_labels()
        columns = [column for column in self.opts.get_fields() if isinstance(column, Field)]
        fields: dict[str, Any] = {one.name: self.formfield_for_dbfield(one, request) for one in columns}
        amounts = {name: field for name, field in fields.items() if isinstance(field, AmountField)}
        return [
            ShownColumn(
                column,
                label=labels.get(column.name, column.verbose_name),
                amount=amounts.get(column.name),
                page=self,
            )
            for column in columns
            if column.name in labels.keys() | amounts.keys()
        ]
