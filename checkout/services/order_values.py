"""Check the values of an order that comes from outside, beyond those in `catalog.services.values`."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services.values import MAX_INT32, InvalidValueError, clean_text
from engine.moments import EPOCH, parse_moment

MAX_ID_LENGTH = 128
# An id is part of an address (`/orders/{order_id}`), whichever way the order comes in: it has no white space
# around it, no slash at its end ("a/" beside "a" would be a slip), no "." or ".." between slashes, which
# clients and proxies resolve (RFC 3986, section 5.2.4), and does not end as the address of its refunds does.
ORDER_ID_PATTERN = (
    r"^(?!\s)(?!(?:[\s\S]*/)?\.\.?(?:/|(?![\s\S])))[^\x00-\x1f\x7f\u2028\u2029]{1,128}"
    r"(?<![\s/])(?<!/refunds)(?![\s\S])"
)
# Clocks and time zones differ; a date beyond this is a mistake.
MAX_AHEAD = timedelta(days=1)

_ORDER_ID = re.compile(ORDER_ID_PATTERN)
# As programs write whole numbers: "2", and "2.0" where the column also had gaps.
_QUANTITY = re.compile(r"(-?[0-9]{1,20})(\.0{1,6})?")


def clean_order_id(value: Any) -> str:
    """Return the shop's own id of an order."""
    order_id = clean_text(value, max_length=MAX_ID_LENGTH, required=True)
    if not is_order_id(order_id):
        raise InvalidValueError(
            "invalid", _("Cannot stand in an address: see “Orders” in the API's description.")
        )
    return order_id


def is_order_id(text: str) -> bool:
    """Tell whether a text is an order id as it stands."""
    return bool(_ORDER_ID.match(text))


def clean_customer_id(value: Any) -> str | None:
    """Return the shop's own id of a customer; None or empty is a guest."""
    return None if value is None else clean_text(value, max_length=MAX_ID_LENGTH) or None


def clean_placed_at(value: Any, *, at: datetime) -> datetime:
    """Return the moment in UTC; an ISO 8601 text without an offset is in the shop's time zone."""
    if not isinstance(value, str | datetime):
        raise InvalidValueError("type", _("Must be text."))
    try:
        moment = _to_moment(value)
    except ValueError as error:
        raise InvalidValueError(
            "invalid", _("Not a date such as 2026-11-22 09:30 or 2026-11-22T09:30:00+09:00.")
        ) from error
    except OverflowError as error:
        raise InvalidValueError("out_of_range", _("Lies before 1970 or in the future.")) from error
    if not EPOCH <= moment <= at + MAX_AHEAD:
        raise InvalidValueError("out_of_range", _("Lies before 1970 or in the future."))
    return moment


def _to_moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return parse_moment(value.strip(), zone=timezone.get_default_timezone())


def clean_quantity(value: Any) -> int:
    """Return the quantity that a text spells: 1 to 2³¹ − 1."""
    matched = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        raise InvalidValueError("invalid", _("Not a whole number."))
    if not 1 <= int(matched[1]) <= MAX_INT32:
        raise InvalidValueError(
            "out_of_range",
            _("Must lie between %(minimum)d and %(maximum)d.") % {"minimum": 1, "maximum": MAX_INT32},
        )
    return int(matched[1])
