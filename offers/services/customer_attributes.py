"""Check the values of attributes against what the shop declared."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.values import FieldError, InvalidValueError, clean_flag, clean_text
from engine.decision.restrain import TIME_ZONE
from engine.moments import is_time_zone
from engine.money import MAX_MINOR
from offers.models import MAX_TEXT_LENGTH, AttributeChoice, AttributeType, CustomerAttribute

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN_CHOICES: Final = 20


class DeclaredAttribute(Struct, frozen=True):
    """The type of an attribute and the codes of its choices, in order."""

    type: str
    choices: tuple[str, ...] = ()


Declared = Mapping[str, DeclaredAttribute]


def declared_attributes() -> dict[str, DeclaredAttribute]:
    """Return the active attributes by code, in two queries."""
    choices: dict[int, list[str]] = {}
    rows = AttributeChoice.objects.filter(attribute__is_active=True).order_by("position", "pk")
    for attribute, code in rows.values_list("attribute_id", "code"):
        choices.setdefault(attribute, []).append(code)
    active = CustomerAttribute.objects.filter(is_active=True)
    return {
        code: DeclaredAttribute(kind, tuple(choices.get(pk, ())))
        for pk, code, kind in active.values_list("pk", "code", "type")
    }


def clean_values(
    sent: Mapping[str, Any], declared: Declared, *, pointer: str = "/attributes"
) -> tuple[dict[str, Any], list[FieldError]]:
    """Return the values as they are stored, None for those to be removed, and what is wrong with others."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for code, value in sent.items():
        try:
            values[code] = None if value is None else clean_value(value, declared.get(code))
            if code == TIME_ZONE and value is not None:
                _require_time_zone(values[code])
        except InvalidValueError as error:
            place = code.replace("~", "~0").replace("/", "~1")
            errors.append(FieldError(f"{pointer}/{place}", error.code, error.detail))
    return values, errors


def clean_value(value: Any, attribute: DeclaredAttribute | None) -> Any:
    """Return one value as it is stored: what `CustomerAttribute` says."""
    if attribute is None:
        raise InvalidValueError("unknown_attribute", _("No active attribute has this code."))
    clean: Callable[[Any], Any] | None = _CLEANERS.get(attribute.type)
    if clean is not None:
        return clean(value)
    if attribute.type == AttributeType.CHOICE:
        return _clean_choice(value, attribute.choices)
    if not isinstance(value, list | tuple):
        raise InvalidValueError("wrong_type", _("Must be a list of choices."))
    return list(dict.fromkeys(_clean_choice(one, attribute.choices) for one in value))


def _require_time_zone(value: Any) -> None:
    if not is_time_zone(value):
        detail = _("Must be the name of an IANA time zone, such as Asia/Tokyo.")
        raise InvalidValueError("unknown_time_zone", detail)


def _clean_text(value: Any) -> str:
    return clean_text(value, max_length=MAX_TEXT_LENGTH, required=True)


def _clean_number(value: Any) -> int | float:
    """Return a number, whole ones as integers: PostgreSQL and SQLite read 1.0 differently."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValueError("wrong_type", _("Must be a number."))
    if not math.isfinite(value) or abs(value) > MAX_MINOR:
        raise InvalidValueError("out_of_range", _("The number is too large."))
    return int(value) if value == int(value) else value


def _clean_day(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValueError("wrong_type", _("Must be a date, such as 2026-11-30."))
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)  # noqa: TRY301 (one message for both)
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise InvalidValueError("bad_format", _("Must be a date, such as 2026-11-30.")) from error


def _clean_choice(value: Any, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise InvalidValueError("wrong_type", _("Must be the code of a choice."))
    if value not in choices:
        shown = ", ".join(choices[:_SHOWN_CHOICES]) or "–"
        raise InvalidValueError("unknown_choice", _("Must be one of: %(choices)s.") % {"choices": shown})
    return value


_CLEANERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    AttributeType.TEXT: _clean_text,
    AttributeType.NUMBER: _clean_number,
    AttributeType.YES_NO: clean_flag,
    AttributeType.DATE: _clean_day,
}
