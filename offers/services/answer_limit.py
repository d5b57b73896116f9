"""Bound the answers of a customer: decisions read all of them with the customer's row."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.services.values import FieldError
from offers.models import MAX_ANSWERS, Customer
from offers.services.customer_input import CustomerDraft
from offers.services.signals import ANSWERS, Row, Rows

# What identifies each answer of a customer, also of a withdrawn one.
_Keys = AbstractSet[tuple[Any, ...]]
_NONE: Final[_Keys] = frozenset()


def refuse_too_many_answers(drafts: Iterable[CustomerDraft]) -> None:
    """Add an error to each draft that has more answers than a customer may have."""
    for draft in drafts:
        _refuse(draft, _NONE)


def refuse_answers_beyond_limit(
    drafts: Iterable[CustomerDraft], locked: Mapping[str, Customer], stored: Rows
) -> None:
    """Add an error to each draft whose new answers exceed the limit together with the stored ones."""
    kept: dict[int, _Keys] = {}
    for draft in drafts:
        if draft.answers is None or draft.answers:
            key = locked[draft.id].pk
            kept[key] = _refuse(draft, kept.get(key, stored[key].keys()))


def newest_answers(rows: Iterable[Row]) -> list[Row]:
    """Return the newest of these answers, as many as a customer may have."""
    newest = sorted(rows, key=lambda row: (ANSWERS.rank(row), ANSWERS.key_of(row)), reverse=True)
    return newest[:MAX_ANSWERS]


def _refuse(draft: CustomerDraft, before: _Keys) -> _Keys:
    """Return the keys with those of the draft; if they are too many, add an error and return `before`."""
    if draft.answers is None:
        return set()
    keys = set(before)
    for place, row in enumerate(draft.answers):
        keys.add(ANSWERS.key_of(row))
        if len(keys) > MAX_ANSWERS:
            detail = _("A customer can have answers to at most %(limit)d questions.") % {"limit": MAX_ANSWERS}
            draft.errors.append(FieldError(f"/answers/{place}/question", "too_many", detail))
            return before
    return keys
