"""Check single values that come from outside: the API, a file, a form.

Each `clean_*` function takes whatever was sent and returns the value as it is stored, or raises
`InvalidValueError` with a stable code. None of them needs the database, so SQLite and PostgreSQL
answer alike.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from msgspec.json import encode

from engine.money import MAX_MINOR, exponent_of
from engine.sku import is_sku, normalize_sku

MAX_INT32 = 2**31 - 1
MAX_ATTRIBUTES_BYTES = 16_384
MAX_ATTRIBUTES_DEPTH = 5
MAX_DESCRIPTION_LENGTH = 20_000
MAX_URL_LENGTH = 500

# No database text holds NUL, no UTF-8 a lone surrogate; the other control characters are never meant.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNPRINTABLE_OR_BREAK = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?")
# Programs that divide write small prices as "5e-05".
_MEASURED = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_url = URLValidator(schemes=["http", "https"])


class InvalidValueError(ValueError):
    """A value that cannot be stored: `code` for programs, `detail` for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is a JSON pointer (RFC 6901) into the item."""

    pointer: str
    code: str
    detail: str


def clean_text(value: Any, *, max_length: int, required: bool = False, multiline: bool = False) -> str:
    """Return the text without outer white space; its length counts code points, as PostgreSQL does."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be text."))
    if (_UNPRINTABLE if multiline else _UNPRINTABLE_OR_BREAK).search(value):
        raise InvalidValueError("invalid_characters", _("Has characters that cannot be stored."))
    text = value.strip()
    if required and not text:
        raise InvalidValueError("required", _("Must not be empty."))
    if len(text) > max_length:
        raise InvalidValueError("too_long", _("Has more than %(limit)d characters.") % {"limit": max_length})
    return text


def clean_sku(value: Any) -> str:
    """Return the SKU in the form under which it is stored."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be text."))
    # Normalising can lengthen a text up to 18 times: refuse a giant before, not after.
    sku = normalize_sku(value[:1024])
    if not sku:
        raise InvalidValueError("required", _("Must not be empty."))
    if len(value) > 1024 or not is_sku(sku):  # noqa: PLR2004 (the limit of the line above)
        raise InvalidValueError("invalid", _("A SKU has 1 to 64 characters and no white space."))
    return sku


def clean_currency(value: Any) -> str:
    """Return an ISO 4217 code in capitals."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be text."))
    try:
        exponent_of(value)
    except ValueError as error:
        raise InvalidValueError("unknown_currency", _("Not a currency of ISO 4217.")) from error
    return value


def clean_decimal(value: Any, *, form: re.Pattern[str] = _DECIMAL) -> Decimal:
    """Return the decimal that a text in ASCII digits spells."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be a decimal number in a text."))
    if not form.fullmatch(value):
        raise InvalidValueError("invalid", _("Not a decimal number."))
    return Decimal(value)


def clean_amount(value: Any, *, currency: str) -> int:
    """Return the minor units of a price: exact, never rounded."""
    minor = clean_decimal(value).scaleb(exponent_of(currency))
    if minor != minor.to_integral_value():
        raise InvalidValueError(
            "too_many_decimals",
            _("%(currency)s has %(count)d decimals.")
            % {"currency": currency, "count": exponent_of(currency)},
        )
    return _within_money(minor)


def clean_measured_amount(value: Any, *, currency: str) -> int:
    """Return the nearest minor units, half up, of a derived price such as sales ÷ quantity."""
    minor = clean_decimal(value, form=_MEASURED).scaleb(exponent_of(currency))
    return _within_money(minor if minor < 0 else minor.to_integral_value(ROUND_HALF_UP))


def _within_money(minor: Decimal) -> int:
    if minor < 0:
        raise InvalidValueError("out_of_range", _("Must not be negative."))
    if minor > MAX_MINOR:
        raise InvalidValueError("out_of_range", _("Is too large."))
    return int(minor)


def clean_rate(value: Any) -> int:
    """Return the basis points of a rate between 0 and 1: "0.08" is 8 %, 800 basis points."""
    points = clean_decimal(value).scaleb(4)
    if not 0 <= points <= 10_000:  # noqa: PLR2004 (10,000 basis points are the whole)
        raise InvalidValueError("out_of_range", _("Must lie between 0 and 1: 8 % is 0.08."))
    if points != points.to_integral_value():
        raise InvalidValueError("too_many_decimals", _("Has more than four decimals."))
    return int(points)


def clean_integer(value: Any, *, minimum: int, maximum: int = MAX_INT32) -> int:
    """Return a whole number within the limits; True and False are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValueError("type", _("Must be a whole number."))
    if not minimum <= value <= maximum:
        raise InvalidValueError(
            "out_of_range",
            _("Must lie between %(minimum)d and %(maximum)d.") % {"minimum": minimum, "maximum": maximum},
        )
    return value


def clean_flag(value: Any) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise InvalidValueError("type", _("Must be true or false."))
    return value


def clean_url(value: Any) -> str:
    """Return an address that starts with http:// or https://; empty stays empty."""
    url = clean_text(value, max_length=MAX_URL_LENGTH)
    try:
        if url:
            _url(url)
    except ValidationError as error:
        raise InvalidValueError("invalid_url", _("Must start with http:// or https://.")) from error
    return url


def clean_attributes(value: Any) -> dict[str, Any]:
    """Return a JSON object of limited size and depth, its whole floats as integers.

    PostgreSQL's jsonb gives 1e15 back as an integer, SQLite as a float: settled here, both compare alike.
    """
    if not isinstance(value, dict):
        raise InvalidValueError("type", _("Must be a JSON object."))
    attributes: dict[str, Any] = _clean_json(value, MAX_ATTRIBUTES_DEPTH)
    if len(encode(attributes)) > MAX_ATTRIBUTES_BYTES:
        raise InvalidValueError(
            "too_large", _("Is larger than %(limit)d bytes.") % {"limit": MAX_ATTRIBUTES_BYTES}
        )
    return attributes


def _clean_json(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if _UNPRINTABLE.search(value):
            raise InvalidValueError("invalid_characters", _("Has characters that cannot be stored."))
        return value
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > MAX_MINOR:
            raise InvalidValueError("out_of_range", _("Holds a number that is too large."))
        return int(value) if value == int(value) else value
    if depth == 0:
        raise InvalidValueError(
            "too_deep", _("Is nested deeper than %(limit)d levels.") % {"limit": MAX_ATTRIBUTES_DEPTH}
        )
    if isinstance(value, list):
        return [_clean_json(entry, depth - 1) for entry in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {_clean_json(key, 0): _clean_json(entry, depth - 1) for key, entry in value.items()}
    raise InvalidValueError("type", _("Must be a JSON object."))


def clean_category_path(value: Any, *, separator: str, max_length: int, max_name_length: int) -> str:
    """Return a category path with one separator between its names; empty stays empty."""
    text = clean_text(value, max_length=2 * max_length)
    if not text:
        return ""
    names = [unicodedata.normalize("NFC", name.strip()) for name in text.split(separator.strip())]
    if not all(names):
        raise InvalidValueError("invalid", _("A category path has a name on both sides of each “>”."))
    path = separator.join(names)
    if len(path) > max_length or max(map(len, names)) > max_name_length:
        raise InvalidValueError("too_long", _("The category path or one of its names is too long."))
    return path
