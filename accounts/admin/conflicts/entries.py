"""What a form shows and what a browser posts, in one form that can be compared."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

# The values that a field posts, by what its widget adds to its HTML name: {"": ["8"]}, or {"_0": …, "_1": …}.
Entry = dict[str, list[str]]
# The entries of a form or of a row, by field.
Entries = dict[str, Entry]

CHECKED = ["on"]


def shown_entries(form: Any, leave_out: frozenset[str] = frozenset()) -> Entries:
    """Return what an unbound form shows, as a browser would post it unchanged."""
    return {
        name: shown_entry(field.widget, form[name].value())
        for name, field in form.fields.items()
        if name not in leave_out and not field.disabled
    }


def posted_entries(
    fields: Mapping[str, forms.Field], names: Entries, data: QueryDict, prefix: str
) -> Entries:
    """Return what was posted for the fields of `names`, whose HTML names begin with `prefix`."""
    return {name: posted_entry(fields[name].widget, f"{prefix}{name}", data) for name in names}


def shown_entry(widget: Any, value: Any) -> Entry:
    """Return what the widget posts while nobody changes the value that it shows."""
    widget = getattr(widget, "widget", widget)
    if isinstance(widget, forms.MultiWidget):
        values = value if isinstance(value, list | tuple) else widget.decompress(value) or ()
        parts = zip(_suffixes(widget), widget.widgets, values, strict=False)
        return {
            suffix + inner: posted
            for suffix, part, one in parts
            for inner, posted in shown_entry(part, one).items()
        }
    if isinstance(widget, forms.CheckboxInput):
        return {"": CHECKED if widget.check_test(value) else []}
    shown = widget.format_value(value)
    if not isinstance(widget, forms.widgets.ChoiceWidget) or isinstance(shown, str):
        return {"": ["" if shown is None else _with_plain_lines(str(shown))]}
    chosen = [str(one) for one in shown or ()]
    return {"": sorted(chosen) if widget.allow_multiple_selected else chosen[:1] or [""]}


def posted_entry(widget: Any, name: str, data: QueryDict) -> Entry:
    """Return what was posted under the name, written as `shown_entry` does."""
    widget = getattr(widget, "widget", widget)
    if isinstance(widget, forms.MultiWidget):
        parts = zip(_suffixes(widget), widget.widgets, strict=True)
        return {
            suffix + inner: posted
            for suffix, part in parts
            for inner, posted in posted_entry(part, name + suffix, data).items()
        }
    if isinstance(widget, forms.CheckboxInput):
        return {"": CHECKED if widget.value_from_datadict(data, MultiValueDict(), name) else []}
    if isinstance(widget, forms.widgets.ChoiceWidget) and widget.allow_multiple_selected:
        return {"": sorted(data.getlist(name))}
    return {"": [_with_plain_lines(data.get(name) or "")]}


def _with_plain_lines(text: str) -> str:
    """Return the text as it is stored, where browsers end lines with two characters."""
    return text.replace("\r\n", "\n")


def _suffixes(widget: Any) -> list[str]:
    """Return what each part of a widget adds to the name."""
    names: list[str] = widget.widgets_names
    return names
