"""Compare what a form was opened with, what is stored now and what was entered, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.conflicts.entries import Entries, Entry
from accounts.admin.conflicts.merge import STORED, field_key, row_key
from accounts.admin.conflicts.version import Version, row_fields
from accounts.admin.keys import is_key

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field or a row, with what each version says; a row says it in lines.

    `chosen` is the version that is chosen in advance, "" if both differ from what the form was opened with.
    Without a `key` there is nothing to choose: only the entered version differs.
    """

    key: str
    label: str
    opened: str
    stored: str
    entered: str
    chosen: str


def has_conflict(opened: Version | None, stored: Version, entered: Version) -> bool:
    """Return whether saving would undo a change that was stored since the form was opened."""
    before = opened.fields if opened else {}
    pairs: list[tuple[Any, Any, Any]] = [
        (before.get(name), now, entered.fields.get(name)) for name, now in stored.fields.items()
    ]
    for prefix, rows in stored.rows.items():
        before_rows = opened.rows.get(prefix, {}) if opened else {}
        mine = entered.rows.get(prefix, {})
        pairs += [(before_rows.get(pk), rows.get(pk), mine.get(pk)) for pk in {**before_rows, **rows, **mine}]
    return any(now not in (before, mine) for before, now, mine in pairs)


class Comparison:
    """The differences between three versions of a form and the rows below it; `opened` may be unknown."""

    def __init__(self, opened: Version | None, stored: Version, entered: Version) -> None:
        self.opened, self.stored, self.entered = opened, stored, entered

    def differences(self, form: Any, formsets: Iterable[Any]) -> list[Difference]:
        """Return the differences, those that need a choice first."""
        found = [] if form is None else list(self._fields(form))
        for formset in formsets:
            found += self._rows(formset)
        return sorted(found, key=lambda one: not one.key)

    def _fields(self, form: Any) -> Iterator[Difference]:
        for name, now in self.stored.fields.items():
            before = self.opened.fields.get(name) if self.opened else None
            mine = self.entered.fields.get(name)
            if now == mine:
                continue
            opened, stored, entered = _texts(form.fields[name], (before, now, mine))
            key = "" if before == now else field_key(name)
            label = capfirst(str(form.fields[name].label or name))
            yield Difference(key, label, opened, stored, entered, self._chosen(before, mine))

    def _rows(self, formset: Any) -> Iterator[Difference]:
        prefix = formset.prefix
        stored, mine = self.stored.rows[prefix], self.entered.rows[prefix]
        opened = self.opened.rows.get(prefix, {}) if self.opened else {}
        names = {str(row.instance.pk): str(row.instance) for row in formset.initial_forms}
        kind = capfirst(str(formset.model._meta.verbose_name))  # noqa: SLF001 (Django's model API)
        for pk in {**opened, **stored, **mine}:
            before, now, entry = opened.get(pk), stored.get(pk), mine.get(pk)
            if now == entry:
                continue
            key = "" if self.opened and before == now else row_key(prefix, pk)
            label = f"{kind}: {names[pk]}" if pk in names else kind
            first, second, third = _row_texts(row_fields(formset), (before, now, entry))
            yield Difference(key, label, first, second, third, self._chosen(before, entry))

    def _chosen(self, before: Any, mine: Any) -> str:
        """Return the stored version for what was left alone; where both changed, nobody can know."""
        return STORED if self.opened and before == mine else ""


def _row_texts(fields: Any, three: Iterable[Entries | None]) -> list[str]:
    """Return the text of each version: the fields that differ, or that there is no such row."""
    versions = list(three)
    known = [one for one in versions if one is not None]
    names = [
        name
        for name in known[0]
        if len(known) < len(versions) or any(one[name] != known[0][name] for one in known)
    ]
    texts = {name: _texts(fields[name], [one[name] if one else None for one in versions]) for name in names}
    return [
        _("not there")
        if version is None
        else "\n".join(f"{capfirst(str(fields[name].label or name))}: {texts[name][place]}" for name in names)
        for place, version in enumerate(versions)
    ]


def _texts(field: Any, entries: Iterable[Entry | None]) -> list[str]:
    """Return the entries of one field in words; of long lists only what differs."""
    known = list(entries)
    if not isinstance(field, forms.ModelMultipleChoiceField):
        return [NOTHING if entry is None else _text(field, entry) or NOTHING for entry in known]
    lists = [set(entry.get("", ())) for entry in known if entry is not None]
    shared = set.intersection(*lists)
    names = _names(field, set.union(*lists) - shared)
    return [
        NOTHING if entry is None else _listed(names, set(entry.get("", ())) - shared, len(shared))
        for entry in known
    ]


def _listed(names: dict[str, str], keys: set[str], others: int) -> str:
    shown = sorted(names.get(key, key) for key in keys)
    if others:
        words = ngettext("%(count)d more, the same in all", "%(count)d more, the same in all", others)
        shown.append(words % {"count": others})
    return "; ".join(shown) or NOTHING


def _text(field: Any, entry: Entry) -> str:
    values = [value for part in entry.values() for value in part if value]
    if own := getattr(field, "entry_text", None):
        # A field whose entries are written for scripts says them in words itself.
        return " ".join(map(own, values))
    if isinstance(field, forms.ModelChoiceField):
        names = _names(field, set(values))
        return "; ".join(names.get(value, value) for value in values)
    if isinstance(field, forms.BooleanField):
        return _("yes") if values else _("no")
    if isinstance(field, forms.ChoiceField):
        flat = {str(key): str(words) for key, words in _flat_choices(field.choices)}
        return "; ".join(flat.get(value, value) for value in values)
    return " ".join(values)


def _names(field: Any, keys: set[str]) -> dict[str, str]:
    """Return the names of the rows with these primary keys, as far as there are such rows."""
    numbers = [key for key in keys if is_key(key)]
    return {str(row.pk): field.label_from_instance(row) for row in field.queryset.filter(pk__in=numbers)}


def _flat_choices(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat_choices(words)
        else:
            yield key, words
