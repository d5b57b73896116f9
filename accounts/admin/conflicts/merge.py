"""Put the values that were chosen on the comparison page into what was posted."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from accounts.admin.conflicts.entries import Entries, Entry
from accounts.admin.conflicts.version import Version, indexed_rows
from accounts.admin.keys import is_key

# The hidden fields that name what was asked, and the start of the names of the answers.
ASKED = "_asked"
TAKE = "_take-"
STORED, ENTERED = "stored", "entered"
# The field by which rows are sorted.
_PLACE = "position"

Row = dict[str, list[str]]


def field_key(name: str) -> str:
    """Return the name of the choice about a field."""
    return f"field-{name}"


def row_key(prefix: str, pk: str) -> str:
    """Return the name of the choice about a row."""
    return f"row-{prefix}-{pk}"


def with_choices(data: QueryDict, stored: Version, formsets: Iterable[Any]) -> QueryDict:
    """Return the posted form with the stored values where those were chosen, or nothing was."""
    merged = data.copy()
    asked = {key: merged.get(f"{TAKE}{key}", STORED) for key in merged.getlist(ASKED)}
    for name, entry in stored.fields.items():
        if asked.get(field_key(name)) == STORED:
            put_entry(merged, name, entry)
    for formset in formsets:
        prefix = formset.prefix
        answers = {
            key.removeprefix(row_key(prefix, "")): answer
            for key, answer in asked.items()
            if key.startswith(row_key(prefix, ""))
        }
        if answers:
            _merge_rows(merged, formset, stored.rows[prefix], answers)
    return merged


def as_new_rows(data: QueryDict, formsets: Iterable[Any]) -> QueryDict:
    """Return the posted form with all rows below it as new ones, without those to be deleted."""
    merged = data.copy()
    for formset in formsets:
        own = {formset.model._meta.pk.name, formset.fk.name}  # noqa: SLF001 (Django's model API)
        posted = indexed_rows(formset.prefix, data)
        for number, row in posted.items():
            for name in row:
                del merged[f"{formset.prefix}-{number}-{name}"]
        kept = sorted((row for row in posted.values() if not any(row.get("DELETE", ()))), key=_place)
        for place, row in enumerate(kept):
            # Below 1, a new row counts as one that was never moved, and is added last.
            moved = {_PLACE: [str(place + 1)]} if _PLACE in row else {}
            for name, values in {**row, **moved}.items():
                merged.setlist(f"{formset.prefix}-{place}-{name}", [""] if name in own else values)
        merged[f"{formset.prefix}-INITIAL_FORMS"] = "0"
        merged[f"{formset.prefix}-TOTAL_FORMS"] = str(len(kept))
    return merged


def _place(row: Row) -> int:
    text = next(iter(row.get(_PLACE, ())), "")
    return int(text) if is_key(text) else 0


def put_entry(data: QueryDict, name: str, entry: Entry) -> None:
    """Post this entry for the field."""
    for suffix, values in entry.items():
        data.setlist(f"{name}{suffix}", values)


def _merge_rows(data: QueryDict, formset: Any, stored: dict[str, Entries], answers: dict[str, str]) -> None:
    """Write the rows of a formset anew: those of the database first, as Django expects them."""
    pk_name = formset.model._meta.pk.name  # noqa: SLF001 (Django's model API)
    known: dict[str, Row] = {}
    new: list[Row] = []
    for number, row in indexed_rows(formset.prefix, data).items():
        for name in row:
            del data[f"{formset.prefix}-{number}-{name}"]
        pk = next(iter(row.get(pk_name, ())), "")
        if not pk or (pk not in stored and answers.get(pk) == ENTERED):
            new.append({**row, pk_name: [""]})
        elif pk in stored:
            known[pk] = row
    for pk, answer in answers.items():
        if pk in stored and answer == STORED:
            known[pk] = {pk_name: [pk], **_flat(stored[pk])}
        elif pk in stored:
            known.setdefault(pk, {pk_name: [pk], **_flat(stored[pk]), "DELETE": ["on"]})
    for place, row in enumerate([*known.values(), *new]):
        for name, values in row.items():
            data.setlist(f"{formset.prefix}-{place}-{name}", values)
    data[f"{formset.prefix}-INITIAL_FORMS"] = str(len(known))
    data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(known) + len(new))


def _flat(entries: Entries) -> Row:
    return {f"{name}{suffix}": values for name, entry in entries.items() for suffix, values in entry.items()}
