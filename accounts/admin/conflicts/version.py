"""The version of a row that a form was opened with, carried by the form itself."""

from collections.abc import Iterable
from typing import Any, Self

import msgspec
from django.core import signing
from django.http import QueryDict

from accounts.admin.conflicts.entries import Entries, posted_entries, shown_entries

# The hidden field that carries the version.
TOKEN = "_opened"  # noqa: S105 (the name of a field)
_SALT = "accounts.admin.conflicts"


class Version(msgspec.Struct, frozen=True):
    """What a form showed: its fields, and the rows below it by prefix and primary key.

    `at` is when it was shown, in seconds since 1970; two versions are compared without it.
    """

    fields: Entries
    rows: dict[str, dict[str, Entries]]
    at: int = 0

    @classmethod
    def of(cls, form: Any, formsets: Iterable[Any], at: int) -> Self:
        """Return what these unbound forms show."""
        fields = {} if form is None else shown_entries(form)
        rows = {
            formset.prefix: {
                str(row.instance.pk): shown_entries(row, own_names(formset)) for row in formset.initial_forms
            }
            for formset in formsets
        }
        return cls(fields, rows, at)

    @classmethod
    def posted(cls, form: Any, formsets: Iterable[Any], data: QueryDict) -> Self:
        """Return what was entered; rows without a primary key are new, and those to be deleted are gone."""
        fields = {} if form is None else posted_entries(form.fields, shown_entries(form), data, "")
        return cls(fields, {formset.prefix: _posted_rows(formset, data) for formset in formsets})

    def token(self, of: str) -> str:
        """Return the version of this row as signed text."""
        return signing.dumps(msgspec.to_builtins(self), salt=f"{_SALT}.{of}", compress=True)


def read_token(text: str, of: str) -> Version | None:
    """Return the version in a token of this row, None if it is missing, altered or another row's."""
    try:
        return msgspec.convert(signing.loads(text, salt=f"{_SALT}.{of}"), Version)
    except (signing.BadSignature, ValueError):
        return None


def own_names(formset: Any) -> frozenset[str]:
    """Return the fields of a row by which the formset itself works."""
    link = getattr(formset, "fk", None)
    return frozenset({formset.model._meta.pk.name, "DELETE", *([link.name] if link else ())})  # noqa: SLF001


def row_fields(formset: Any) -> Any:
    """Return the fields of one row."""
    return (formset.initial_forms or [formset.empty_form])[0].fields


def indexed_rows(prefix: str, data: QueryDict) -> dict[str, dict[str, list[str]]]:
    """Return the posted rows of a formset by their number, each with its values by field."""
    rows: dict[str, dict[str, list[str]]] = {}
    for key, values in data.lists():
        number, _separator, name = key.removeprefix(f"{prefix}-").partition("-")
        if key.startswith(f"{prefix}-") and number.isdecimal() and name:
            rows.setdefault(number, {})[name] = values
    return rows


def _posted_rows(formset: Any, data: QueryDict) -> dict[str, Entries]:
    fields, left_out = row_fields(formset), own_names(formset)
    names: Entries = {
        name: {} for name, field in fields.items() if name not in left_out and not field.disabled
    }
    key = formset.model._meta.pk.name  # noqa: SLF001 (Django's model API)
    return {
        row[key][-1]: posted_entries(fields, names, data, f"{formset.prefix}-{number}-")
        for number, row in indexed_rows(formset.prefix, data).items()
        if any(row.get(key, ())) and not any(row.get("DELETE", ()))
    }
