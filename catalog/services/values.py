"""Validate single values from the API, a file or a form.

Each `clean_*` function takes any value and returns it as it is stored, or raises `InvalidValueError` with
a stable code. None of them uses the database, so the result is the same on SQLite and PostgreSQL.
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

# Databases cannot store NUL, UTF-8 cannot encode lone surrogates, other control characters are mistakes.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNPRINTABLE_OR_BREAK = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?")
# Calculated small prices are often written as "5e-05".
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
    """Return the text without outer whitespace; its length is in code points, as in PostgreSQL."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be a string."))
    if (_UNPRINTABLE if multiline else _UNPRINTABLE_OR_BREAK).search(value):
        raise InvalidValueError("invalid_characters", _("Contains characters that are not allowed."))
    text = value.strip()
    if required and not text:
        raise InvalidValueError("required", _("Must not be empty."))
    if len(text) > max_length:
        raise InvalidValueError(
            "too_long", _("Must not exceed %(limit)d characters.") % {"limit": max_length}
        )
    return text


def clean_sku(value: Any) -> str:
    """Return the SKU in its stored form."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be a string."))
    # Normalisation can make a text 18 times longer, so a long one is refused before.
    sku = normalize_sku(value[:1024])
    if not sku:
        raise InvalidValueError("required", _("Must not be empty."))
    if len(value) > 1024 or not is_sku(sku):  # noqa: PLR2004 (the limit of the line above)
        raise InvalidValueError("invalid", _("A SKU must have 1 to 64 characters and no whitespace."))
    return sku


def clean_currency(value: Any) -> str:
    """Return an ISO 4217 code in capitals."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be a string."))
    try:
        exponent_of(value)
    except ValueError as error:
        raise InvalidValueError(
            "unknown_currency", _("Must be an ISO 4217 currency code in upper case, such as JPY.")
        ) from error
    return value


def clean_decimal(value: Any, *, form: re.Pattern[str] = _DECIMAL) -> Decimal:
    """Return the decimal number of a string of ASCII digits."""
    if not isinstance(value, str):
        raise InvalidValueError("type", _("Must be a decimal number in a string."))
    if not form.fullmatch(value):
        raise InvalidValueError(
            "invalid",
            _("Must be a decimal number without separators between thousands, such as 1980 or 19.99."),
        )
    return Decimal(value)


def clean_amount(value: Any, *, currency: str) -> int:
    """Return the minor units of a price: exact, never rounded."""
    minor = clean_decimal(value).scaleb(exponent_of(currency))
    if minor != minor.to_integral_value():
        raise InvalidValueError(
            "too_many_decimals",
            _("Too many decimal places for %(currency)s, which has %(count)d.")
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
        raise InvalidValueError("out_of_range", _("Exceeds the maximum."))
    return int(minor)


def clean_rate(value: Any) -> int:
    """Return the basis points of a rate between 0 and 1: "0.08" is 8%, 800 basis points."""
    points = clean_decimal(value).scaleb(4)
    if not 0 <= points <= 10_000:  # noqa: PLR2004 (10,000 basis points are 100%)
        raise InvalidValueError("out_of_range", _("Must be between 0 and 1. For 8%, use 0.08."))
    if points != points.to_integral_value():
        raise InvalidValueError("too_many_decimals", _("Must not have more than four decimal places."))
    return int(points)


def clean_integer(value: Any, *, minimum: int, maximum: int = MAX_INT32) -> int:
    """Return an integer within the limits; booleans are refused."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValueError("type", _("Must be an integer."))
    if not minimum <= value <= maximum:
        raise InvalidValueError(
            "out_of_range",
            _("Must be between %(minimum)d and %(maximum)d.") % {"minimum": minimum, "maximum": maximum},
        )
    return value


def clean_flag(value: Any) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise InvalidValueError("type", _("Must be true or false."))
    return value


def clean_url(value: Any) -> str:
    """Return a URL that starts with http:// or https://, or an empty string."""
    url = clean_text(value, max_length=MAX_URL_LENGTH)
    try:
        if url:
            _url(url)
    except ValidationError as error:
        raise InvalidValueError("invalid_url", _("Must start with http:// or https://.")) from error
    return url


def clean_attributes(value: Any) -> dict[str, Any]:
    """Return a JSON object of limited size and depth, with whole floats converted to integers.

    PostgreSQL's jsonb returns 1e15 as an integer, SQLite as a float. Converting makes both comparable.
    """
    if not isinstance(value, dict):
        raise InvalidValueError("type", _("Must be a JSON object."))
    attributes: dict[str, Any] = _clean_json(value, MAX_ATTRIBUTES_DEPTH)
    if len(encode(attributes)) > MAX_ATTRIBUTES_BYTES:
        raise InvalidValueError(
            "too_large", _("Must not exceed %(limit)d bytes.") % {"limit": MAX_ATTRIBUTES_BYTES}
        )
    return attributes


def _clean_json(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if _UNPRINTABLE.search(value):
            raise InvalidValueError("invalid_characters", _("Contains characters that are not allowed."))
        return value
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > MAX_MINOR:
            raise InvalidValueError("out_of_range", _("Contains a number that is too large."))
        return int(value) if value == int(value) else value
    if depth == 0:
        raise InvalidValueError(
            "too_deep",
            _("Must not be nested deeper than %(limit)d levels.") % {"limit": MAX_ATTRIBUTES_DEPTH},
        )
    if isinstance(value, list):
        return [_clean_json(entry, depth - 1) for entry in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {_clean_json(key, 0): _clean_json(entry, depth - 1) for key, entry in value.items()}
    raise InvalidValueError("type", _("Must be a JSON object."))


def clean_category_path(value: Any, *, separator: str, max_length: int, max_name_length: int) -> str:
    """Return a category path with one separator between its names, or an empty string."""
    text = clean_text(value, max_length=2 * max_length)
    if not text:
        return ""
    names = [unicodedata.normalize("NFC", name.strip()) for name in text.split(separator.strip())]
    if not all(names):
        raise InvalidValueError("invalid", _("A category path must have a name on both sides of each “>”."))
    path = separator.join(names)
    if len(path) > max_length or max(map(len, names)) > max_name_length:
        raise InvalidValueError("too_long", _("The category path or one of its names is too long."))
    return path
