"""The input and result of recording an order, and the checks that need no database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType

from catalog.services.values import (
    FieldError,
    InvalidValueError,
    clean_amount,
    clean_currency,
    clean_integer,
    clean_measured_amount,
    clean_sku,
    clean_text,
)
from checkout.services.order_cancellation import (
    KEPT,
    Cancellation,
    InvalidCancellationError,
    clean_cancellation,
)
from checkout.services.order_values import clean_customer_id, clean_order_id, clean_placed_at

MAX_LINES = 1000


class OrderLineInput(msgspec.Struct, frozen=True, kw_only=True):
    """A line as sent; `unit_price` is in major units of the currency of the order, rounded half up."""

    sku: str
    quantity: int
    unit_price: str
    id: str | None = None  # the shop's own ID of the line, unique in the order
    # The offer that the line is attributed to, if any.
    decision: str | None = None
    offer_code: str | None = None


class OrderInput(msgspec.Struct, frozen=True, kw_only=True):
    """A complete order as sent; it replaces the one stored under its ID."""

    order_id: str
    placed_at: datetime | str  # ISO 8601; text without an offset is in the shop's TIME_ZONE
    lines: list[OrderLineInput]
    customer: str | None = None  # None: a guest
    currency: str | UnsetType = UNSET  # unset: the shop's currency
    status: str | None = None  # None: the status that it has, at first `placed`
    cancelled_at: datetime | str | None = None  # None: if newly cancelled, now
    shipping: str | None = None  # in major units, including tax; None: what the order has, at first 0


class OrderOutcome(StrEnum):
    """The result of recording an order."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class OrderVerdict:
    """The result of recording an order, and why it was refused."""

    outcome: OrderOutcome
    errors: tuple[FieldError, ...] = ()


@dataclass(slots=True)
class LineDraft:
    """A checked line."""

    sku: str
    quantity: int
    unit_price_minor: int
    decision: str
    offer_code: str
    own_id: str = ""


@dataclass(slots=True)
class OrderDraft:
    """An order being checked: its valid values, and the errors of the others."""

    order_id: str = ""
    placed_at: datetime | None = None
    customer: str | None = None
    currency: str = ""
    cancellation: Cancellation = KEPT
    shipping_minor: int | None = None
    lines: list[LineDraft] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)

    def take(self, pointer: str, clean: Callable[[Any], Any], value: Any) -> Any:
        """Return the clean value; if it is invalid, add the error and return None."""
        try:
            return clean(value)
        except InvalidValueError as error:
            self.errors.append(FieldError(pointer, error.code, error.detail))
            return None


def draft_order(order: OrderInput, *, at: datetime) -> OrderDraft:
    """Check what can be checked without the database."""
    draft = OrderDraft()
    draft.order_id = draft.take("/order_id", clean_order_id, order.order_id)
    draft.placed_at = draft.take("/placed_at", partial(clean_placed_at, at=at), order.placed_at)
    draft.cancellation = _draft_cancellation(draft, order, at)
    draft.customer = draft.take("/customer", clean_customer_id, order.customer)
    sent = settings.AWASE_CURRENCY if order.currency is UNSET else order.currency
    draft.currency = draft.take("/currency", clean_currency, sent)
    if order.shipping is not None:
        exact = partial(clean_amount, currency=draft.currency or settings.AWASE_CURRENCY)
        draft.shipping_minor = draft.take("/shipping/amount", exact, order.shipping)
    if not isinstance(order.lines, list) or not 1 <= len(order.lines) <= MAX_LINES:
        detail = _("An order must have 1 to %(limit)d lines.") % {"limit": MAX_LINES}
        draft.errors.append(FieldError("/lines", "out_of_range", detail))
        return draft
    price = partial(clean_measured_amount, currency=draft.currency or settings.AWASE_CURRENCY)
    draft.lines = [_draft_line(draft, f"/lines/{n}", line, price) for n, line in enumerate(order.lines)]
    draft.errors += _repeated_ids(draft.lines)
    return draft


def _draft_cancellation(draft: OrderDraft, order: OrderInput, at: datetime) -> Cancellation:
    try:
        return clean_cancellation(
            status=order.status, cancelled_at=order.cancelled_at, placed_at=draft.placed_at, at=at
        )
    except InvalidCancellationError as error:
        draft.errors.append(error.error)
        return KEPT


def _repeated_ids(lines: list[LineDraft]) -> list[FieldError]:
    """Return an error for each line with an ID that an earlier line has."""
    first = {line.own_id: place for place, line in reversed(list(enumerate(lines)))}
    return [
        FieldError(f"/lines/{place}/id", "duplicate_id", _("Another line of the order has this ID."))
        for place, line in enumerate(lines)
        if line.own_id and first[line.own_id] != place
    ]


def _draft_line(
    draft: OrderDraft, pointer: str, line: OrderLineInput, price: Callable[[Any], int]
) -> LineDraft:
    code = partial(clean_text, max_length=64)
    return LineDraft(
        sku=draft.take(f"{pointer}/sku", clean_sku, line.sku),
        quantity=draft.take(f"{pointer}/quantity", partial(clean_integer, minimum=1), line.quantity),
        unit_price_minor=draft.take(f"{pointer}/unit_price", price, line.unit_price),
        decision=draft.take(f"{pointer}/decision", partial(clean_text, max_length=32), line.decision or ""),
        offer_code=draft.take(f"{pointer}/offer_code", code, line.offer_code or ""),
        own_id=line.id or "",
    )
