"""What a shop sends about a customer, and the checks that need no database.

What is left out stays as it is; None removes. Answers and inquiries have a time of their own: the newest of
each counts, in whatever order they arrive.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _
from msgspec import UNSET, Struct, UnsetType

from catalog.services.product_input import Outcome
from catalog.services.values import FieldError, InvalidValueError, clean_flag, clean_text
from offers.models import ALL_CHANNELS, MAX_TEXT_LENGTH, ConsentPurpose

T = TypeVar("T")

# How far the clocks of shops may be ahead.
CLOCK_SKEW: Final = timedelta(minutes=5)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAX_ID_LENGTH: Final = 128


class AnswerInput(Struct, frozen=True, kw_only=True):
    """An answer to a question of a survey; None withdraws an earlier one."""

    survey: str
    question: str
    answer: str | None
    answered_at: datetime


class InquiryInput(Struct, frozen=True, kw_only=True):
    """An inquiry as it was at `changed_at`: without one, when it was closed, or else opened."""

    id: str
    topic: str
    opened_at: datetime
    closed_at: datetime | None = None
    changed_at: datetime | None = None


class ConsentInput(Struct, frozen=True, kw_only=True):
    """A statement of the customer: consent given or refused."""

    purpose: str
    granted: bool
    stated_at: datetime
    channel: str = ALL_CHANNELS
    source: str = ""
    wording: str = ""
    page: str = ""


class CustomerInput(Struct, frozen=True, kw_only=True):
    """What changes of a customer; consents are a history and cannot be removed."""

    id: str
    attributes: dict[str, Any] | UnsetType | None = UNSET
    answers: tuple[AnswerInput, ...] | UnsetType | None = UNSET
    inquiries: tuple[InquiryInput, ...] | UnsetType | None = UNSET
    consents: tuple[ConsentInput, ...] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class CustomerVerdict:
    """The result for one item; `errors` point into the item."""

    id: str
    outcome: Outcome
    errors: tuple[FieldError, ...] = ()


@dataclass(slots=True)
class CustomerDraft:
    """An item being processed: the columns of its rows, and its errors. None removes all rows."""

    item: CustomerInput
    id: str = ""
    attributes: dict[str, Any] | None = field(default_factory=dict)
    answers: list[dict[str, Any]] | None = field(default_factory=list)
    inquiries: list[dict[str, Any]] | None = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)

    def take(self, pointer: str, clean: Callable[[Any], T], value: Any) -> T | None:
        """Return the clean value; if it is invalid, add the error and return None."""
        try:
            return clean(value)
        except InvalidValueError as error:
            self.errors.append(FieldError(pointer, error.code, error.detail))
            return None


def draft_customers(items: Iterable[CustomerInput], *, at: datetime) -> list[CustomerDraft]:
    """Check each item, and refuse a customer that an earlier item has."""
    drafts = [_draft(item, at) for item in items]
    first: dict[str, int] = {}
    for index, draft in enumerate(drafts):
        if draft.id and first.setdefault(draft.id, index) != index:
            detail = _("Duplicate customer: item %(index)d has the same one.") % {"index": first[draft.id]}
            draft.errors.append(FieldError("/id", "duplicate", detail))
    return drafts


def _draft(item: CustomerInput, at: datetime) -> CustomerDraft:
    draft = CustomerDraft(item)
    draft.id = draft.take("/id", clean_customer_name, item.id) or ""
    draft.attributes = {} if item.attributes is UNSET else item.attributes
    moment = partial(_clean_moment, at=at)
    draft.answers = _rows(draft, "answers", item.answers, moment, _draft_answer)
    draft.inquiries = _rows(draft, "inquiries", item.inquiries, moment, _draft_inquiry)
    draft.consents = _rows(draft, "consents", item.consents, moment, _draft_consent) or []
    return draft


def _rows(
    draft: CustomerDraft,
    name: str,
    given: Iterable[T] | UnsetType | None,
    moment: Callable[[Any], datetime],
    read: Callable[[CustomerDraft, str, T, Callable[[Any], datetime]], dict[str, Any]],
) -> list[dict[str, Any]] | None:
    if given is UNSET or given is None:
        return [] if given is UNSET else None
    return [read(draft, f"/{name}/{place}", one, moment) for place, one in enumerate(given)]


def _draft_answer(
    draft: CustomerDraft, at: str, sent: AnswerInput, moment: Callable[[Any], datetime]
) -> dict[str, Any]:
    text = partial(clean_text, max_length=MAX_TEXT_LENGTH, required=True)
    return {
        "survey": draft.take(f"{at}/survey", clean_code, sent.survey),
        "question": draft.take(f"{at}/question", clean_code, sent.question),
        # An empty answer is a withdrawn one.
        "answer": "" if sent.answer is None else draft.take(f"{at}/answer", text, sent.answer),
        "answered_at": draft.take(f"{at}/answered_at", moment, sent.answered_at),
    }


def _draft_inquiry(
    draft: CustomerDraft, at: str, sent: InquiryInput, moment: Callable[[Any], datetime]
) -> dict[str, Any]:
    opened_at = draft.take(f"{at}/opened_at", moment, sent.opened_at)
    closed_at = sent.closed_at and draft.take(f"{at}/closed_at", moment, sent.closed_at)
    if opened_at and closed_at and closed_at < opened_at:
        detail = _("An inquiry cannot be closed before it was opened.")
        draft.errors.append(FieldError(f"{at}/closed_at", "out_of_range", detail))
    changed_at = sent.changed_at and draft.take(f"{at}/changed_at", moment, sent.changed_at)
    return {
        "external_id": draft.take(f"{at}/id", clean_customer_name, sent.id),
        "topic": draft.take(f"{at}/topic", clean_code, sent.topic),
        "opened_at": opened_at,
        "closed_at": closed_at,
        "changed_at": changed_at or closed_at or opened_at,
    }


def _draft_consent(
    draft: CustomerDraft, at: str, sent: ConsentInput, moment: Callable[[Any], datetime]
) -> dict[str, Any]:
    wording = partial(clean_text, max_length=2000, multiline=True)
    return {
        "purpose": draft.take(f"{at}/purpose", _clean_purpose, sent.purpose),
        "channel": draft.take(f"{at}/channel", partial(clean_code, max_length=32), sent.channel),
        "is_granted": draft.take(f"{at}/granted", clean_flag, sent.granted),
        "source": draft.take(f"{at}/source", partial(clean_text, max_length=64), sent.source),
        "wording": draft.take(f"{at}/wording", wording, sent.wording),
        "page": draft.take(f"{at}/page", partial(clean_text, max_length=500), sent.page),
        "stated_at": draft.take(f"{at}/stated_at", moment, sent.stated_at),
    }


def clean_code(value: Any, *, max_length: int = 64) -> str:
    """Return the code of a survey, a question, a topic or a channel."""
    text = clean_text(value, max_length=max_length, required=True)
    if not _CODE.fullmatch(text):
        raise InvalidValueError("bad_format", _("Use letters, digits, hyphens and underscores (ASCII)."))
    return text


def clean_customer_name(value: Any) -> str:
    """Return an id that the shop gave; compared exactly, so white space at its ends is refused."""
    text = clean_text(value, max_length=_MAX_ID_LENGTH, required=True)
    if text != value:
        raise InvalidValueError("bad_format", _("Must not begin or end with white space."))
    return text


def _clean_purpose(value: Any) -> str:
    if value not in ConsentPurpose.values:
        raise InvalidValueError(
            "unknown_choice",
            _("Must be one of: %(choices)s.") % {"choices": ", ".join(ConsentPurpose.values)},
        )
    return str(value)


def _clean_moment(value: Any, *, at: datetime) -> datetime:
    """Return a moment that is not in the future: it would count as the newest until then."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidValueError("bad_format", _("Must be a date and time with a UTC offset."))
    if not _EARLIEST <= value <= at + CLOCK_SKEW:
        raise InvalidValueError("out_of_range", _("Must not be in the future or before 1970."))
    return value.astimezone(UTC)
