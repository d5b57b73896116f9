"""Check the values of incoming orders, in addition to `catalog.services.values`."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.clock import clock_change_text
from catalog.services.values import MAX_INT32, FieldError, InvalidValueError, clean_amount, clean_text
from checkout.models import OrderStatus
from engine.moments import EPOCH, ClockChangeError, parse_moment

MAX_ID_LENGTH = 128
# An order ID is part of a URL (`/orders/{order_id}`), however the order is sent: no white space at either
# end, no slash at the end ("a/" would usually mean "a"), no "." or ".." between slashes, which clients
# and proxies resolve (RFC 3986, section 5.2.4), and not the ending of the URL of its refunds.
ORDER_ID_SENTENCE = (
    "1 to 128 characters. No white space at either end, no slash and no “/refunds” at the end, no “.” or "
    "“..” between slashes, and no control characters."
)
# What clients can check of it in a pattern without look-aheads, in ECMA-262.
ORDER_ID_PATTERN = r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f\u2028\u2029]{0,126}[^\s/\x00-\x1f\x7f])?$"
# Clocks and time zones differ; a later date is a mistake.
MAX_AHEAD = timedelta(days=1)

_ORDER_ID = re.compile(
    r"^(?!\s)(?!(?:[\s\S]*/)?\.\.?(?:/|(?![\s\S])))[^\x00-\x1f\x7f\u2028\u2029]{1,128}"
    r"(?<![\s/])(?<!/refunds)(?![\s\S])"
)
# Integers as programs write them: "2", or "2.0" if the column also had empty cells.
_QUANTITY = re.compile(r"(-?[0-9]{1,20})(\.0{1,6})?")


class SentAmount(Struct, frozen=True):
    """An amount as sent: in major units, with its currency."""

    amount: str
    currency: str


class SentAmountError(Exception):
    """An amount that is invalid, or in another currency than the order; `field` says which part."""

    def __init__(self, field: FieldError) -> None:
        super().__init__(field.detail)
        self.field = field


def clean_sent(sent: SentAmount, *, currency: str, pointer: str) -> int:
    """Return the amount in minor units of the order's currency; raise SentAmountError."""
    if sent.currency != currency:
        detail = _("The order has another currency.")
        raise SentAmountError(FieldError(f"{pointer}/currency", "other_currency", detail))
    try:
        return clean_amount(sent.amount, currency=currency)
    except InvalidValueError as error:
        raise SentAmountError(FieldError(f"{pointer}/amount", error.code, error.detail)) from error


def clean_order_id(value: Any) -> str:
    """Return a valid order ID."""
    order_id = clean_text(value, max_length=MAX_ID_LENGTH, required=True)
    if not is_order_id(order_id):
        raise InvalidValueError("invalid", _("Invalid order ID. See “Orders” in the API reference."))
    return order_id


def is_order_id(text: str) -> bool:
    """Return whether a text is a valid order ID without any cleaning."""
    return bool(_ORDER_ID.match(text))


def clean_customer_id(value: Any) -> str | None:
    """Return the customer ID; None or empty is a guest."""
    return None if value is None else clean_text(value, max_length=MAX_ID_LENGTH) or None


def clean_status(value: Any) -> OrderStatus | None:
    """Return the status; None if there is none, so that the order keeps its own."""
    text = clean_text(value, max_length=16)
    if not text:
        return None
    if text not in OrderStatus.values:
        raise InvalidValueError("unknown_choice", _("Must be placed or cancelled."))
    return OrderStatus(text)


def clean_placed_at(value: Any, *, at: datetime) -> datetime:
    """Return the time in UTC; ISO 8601 text without an offset is in the shop's time zone."""
    if not isinstance(value, str | datetime):
        raise InvalidValueError("type", _("Must be text."))
    try:
        moment = _to_moment(value)
    except ClockChangeError as change:
        hint = _("Add the UTC offset.")
        raise InvalidValueError("clock_change", f"{clock_change_text(change)} {hint}") from change
    except ValueError as error:
        raise InvalidValueError(
            "invalid", _("Invalid date. Use 2026-11-22 09:30 or 2026-11-22T09:30:00+09:00.")
        ) from error
    except OverflowError as error:
        raise InvalidValueError("out_of_range", _("Must not be before 1970 or in the future.")) from error
    if not EPOCH <= moment <= at + MAX_AHEAD:
        raise InvalidValueError("out_of_range", _("Must not be before 1970 or in the future."))
    return moment


def _to_moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return parse_moment(value.strip(), zone=timezone.get_default_timezone())


def clean_quantity(value: Any) -> int:
    """Return the quantity in a text: 1 to 2³¹ − 1."""
    matched = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        raise InvalidValueError("invalid", _("Must be a whole number."))
    if not 1 <= int(matched[1]) <= MAX_INT32:
        raise InvalidValueError(
            "out_of_range",
            _("Must be between %(minimum)d and %(maximum)d.") % {"minimum": 1, "maximum": MAX_INT32},
        )
    return int(matched[1])
