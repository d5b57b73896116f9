"""Pages of what has conditions: the builder in the form, the sentence everywhere else."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from offers.admin.conditions.field import TreeField
from offers.services.condition_text import sentence_of, sentences_of

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object

COLUMN = "conditions"
# How much of a sentence a list shows; the rest is in its title.
SHOWN_CHARACTERS = 140
UNKNOWN = "–"


class ConditionsPage(_Page):
    """Edit the column `conditions` as rows and groups, and show it as a sentence."""

    @admin.display(description=_("who and when"))
    def for_whom(self, row: Any) -> SafeString | str:
        """Return the sentence as a list shows it."""
        known: str | None = vars(row).get("sentence")
        sentence = sentence_of(row.conditions) if known is None else known
        short = Truncator(sentence).chars(SHOWN_CHARACTERS)
        if short == sentence:
            return sentence or UNKNOWN
        return format_html('<span title="{}">{}</span>', sentence, short)

    @admin.display(description=_("Conditions"))
    def said_conditions(self, row: Any) -> str:
        """Return the whole sentence, for those who may only look."""
        return sentence_of(row.conditions) or UNKNOWN

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Return the builder for the column."""
        if db_field.name == COLUMN:
            return TreeField.for_column(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Say the conditions of all rows of a page together."""
        changelist: Any = super().get_changelist_instance(request)
        rows = changelist.result_list
        for row, sentence in zip(rows, sentences_of(row.conditions for row in rows), strict=True):
            vars(row)["sentence"] = sentence
        return changelist

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the sentence in place of the builder to those who may only look."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets

        def replaced(one: Any) -> Any:
            return tuple(map(replaced, one)) if isinstance(one, list | tuple) else SAID.get(one, one)

        return [(title, {**options, "fields": replaced(options["fields"])}) for title, options in fieldsets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the sentence."""
        return [*super().get_readonly_fields(request, obj), *SAID.values()]

    def history_value(self, column: "Field[Any, Any]", value: Any, row: Mapping[str, Any]) -> str | None:
        """Return conditions as a sentence."""
        if column.name == COLUMN:
            return sentence_of(value)
        said: str | None = super().history_value(column, value, row)  # type: ignore[misc] # the page's own
        return said


SAID: Mapping[Any, str] = {COLUMN: "said_conditions"}
