"""The entries of a row's history as text."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

EMPTY = "–"
# How much of a long text is shown.
SHOWN_CHARACTERS = 80


def entry_text(entry: LogEntry, page: Any) -> SafeString | str:
    """Return what was done, one thing per line; `page` knows how its columns are called and written."""
    lines = list(_lines(entry, page))
    if len(lines) <= 1:
        return lines[0] if lines else _("No fields changed.")
    return format_html('<ul class="awase-history">{}</ul>', format_html_join("", "<li>{}</li>", zip(lines)))


def _lines(entry: LogEntry, page: Any) -> Iterator[str]:
    message = entry.change_message
    if not message.startswith("["):
        yield _(message) if message else ""
        return
    for part in json.loads(message):
        if "said" in part:
            words = part["said"]
            yield _(words) % part["params"]
        elif "values" in part.get("changed", {}):
            yield from _changes(part["changed"], page)
        else:
            for done in part.values():
                # The name of a row may be a choice, which was kept untranslated.
                if row := done.get("object"):
                    done["object"] = _(row)
            yield LogEntry(change_message=json.dumps([part])).get_change_message()


def _changes(changed: Mapping[str, Any], page: Any) -> Iterator[str]:
    """Yield one line for each changed value of a row."""
    whose = ""
    if "name" in changed:
        kind, row = changed["name"], changed["object"]
        whose = _("%(kind)s “%(row)s”: ") % {"kind": capfirst(_(kind)), "row": _(row)}
    before, after = changed["rows"]
    for name, old, new in changed["values"]:
        column = _column(changed["model"], name)
        if column is None:
            yield f"{whose}{name}"
            continue
        said = {
            "field": capfirst(page.history_label(column)),
            "old": _value(column, old, before, page),
            "new": _value(column, new, after, page),
        }
        yield whose + _("%(field)s: %(old)s → %(new)s") % said


def _column(label: str, name: str) -> "Field[Any, Any] | None":
    """Return a column, None if a later version has no such column."""
    try:
        column = apps.get_model(label)._meta.get_field(name)  # noqa: SLF001 (Django's documented model API)
    except (LookupError, FieldDoesNotExist):
        return None
    return column if isinstance(column, Field) else None


def _value(column: "Field[Any, Any]", value: Any, row: Mapping[str, Any], page: Any) -> str:
    """Return a value as the reader writes it."""
    if value is None or value in ("", [], {}):
        return EMPTY
    own: str | None = page.history_value(column, value, row)
    return Truncator(_plain_text(column, value)).chars(SHOWN_CHARACTERS) if own is None else own


def _plain_text(column: "Field[Any, Any]", value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(column, DateTimeField):
        return date_format(localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")
    if column.get_internal_type() == "DateField":
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    if isinstance(value, dict):
        return _(", ").join(f"{name}: {_plain_text(column, one)}" for name, one in value.items())
    return str(dict(column.flatchoices).get(value, value))
