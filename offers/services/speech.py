"""Conditions in the reader's language: what sentences need, and the names of what they refer to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from django.db.models import Model
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from catalog.services.amounts import listed, money
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.say import Kind
from offers.models import AttributeChoice, Channel, Segment
from offers.services.trees import NAMED

WEEKDAY_NAMES: Final[Mapping[str, Any]] = dict(
    zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS.values(), strict=True)
)
# What the CLDR lists beside countries: groups of them, test codes and the unknown.
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

Names = Mapping[Name, str]


class Speech:
    """The language of the reader (`engine.conditions.tree.say.Say`)."""

    def __init__(self, names: Names) -> None:
        """Know the names of what conditions refer to; what is missing among them was deleted."""
        self.names = names

    def text(self, message: str, **values: object) -> str:
        """Return the translated message with its values."""
        return _(message) % values

    def plural(self, forms: tuple[str, str], number: int, **values: object) -> str:
        """Return the translated message for this number."""
        return ngettext(*forms, number) % {"count": self.number(number), **values}

    def name(self, kind: Kind, key: int | str) -> str:
        """Return the name of a thing; where it was deleted, say so."""
        if kind in NAMED:
            return self.names.get(Name(kind, key)) or _("[deleted: %(key)s]") % {"key": key}
        if kind == "choice":
            return self.names.get(Name(kind, key)) or _plain_value(str(key).partition("/")[2])
        return _code_name(kind, str(key))

    def money(self, minor: int, currency: str) -> str:
        """Return an amount of minor units: ¥1,980."""
        return money(minor, currency)

    def number(self, number: float) -> str:
        """Return a number: 1,234.5."""
        whole = int(number) if float(number).is_integer() else number
        return number_format(whole, use_l10n=True, force_grouping=True)

    def day(self, day: date) -> str:
        """Return a day of the calendar."""
        return date_format(day, "DATE_FORMAT")

    def either(self, items: Sequence[str]) -> str:
        """Return the items with “or” before the last."""
        if len(items) < 2:  # noqa: PLR2004 (one item needs no word between)
            return "".join(items)
        return _("%(items)s or %(last)s") % {"items": listed(items[:-1]), "last": items[-1]}

    def neither(self, items: Sequence[str]) -> str:
        """Return the items with the word between that follows a “not”."""
        if len(items) < 2:  # noqa: PLR2004 (one item needs no word between)
            return "".join(items)
        message = pgettext("after a not", "%(items)s or %(last)s")
        return message % {"items": listed(items[:-1]), "last": items[-1]}

    def all_of(self, items: Sequence[str]) -> str:
        """Return the items with commas between them."""
        return listed(items)


def speech_for(names: Iterable[Name]) -> Speech:
    """Return the language for conditions that refer to these things, by one query for each kind of them."""
    by_kind: dict[Kind, set[Any]] = {}
    for name in names:
        by_kind.setdefault(name.kind, set()).add(name.key)
    found: dict[Name, str] = {}
    for kind, keys in by_kind.items():
        if kind in NAMED:
            found |= _read_names(kind, keys)
        elif kind == "choice":
            found |= _read_choices(keys)
    return Speech(found)


def _read_names(kind: Kind, keys: Collection[Any]) -> dict[Name, str]:
    model, column = NAMED[kind]
    rows = model._default_manager.filter(among(column, keys))  # noqa: SLF001 (Django's model API)
    names = rows.values_list(column, *name_columns(model))
    return {Name(kind, key): next(filter(None, known)) for key, *known in names}


def name_of(row: Model) -> str:
    """Return the name of a row in the reader's language."""
    return next(filter(None, (str(getattr(row, column)) for column in name_columns(type(row)))))


def _read_choices(keys: Collection[str]) -> dict[Name, str]:
    """Return the names of those values of attributes that are declared as choices."""
    columns = ("attribute__code", "code", *name_columns(AttributeChoice))
    attributes = {key.partition("/")[0] for key in keys}
    rows = AttributeChoice.objects.filter(among("attribute__code", attributes)).values_list(*columns)
    found = {f"{attribute}/{code}": next(filter(None, known)) for attribute, code, *known in rows}
    return {Name("choice", key): found[key] for key in keys if key in found}


def _plain_value(text: str) -> str:
    """Return the value of an attribute without choices: yes and no in the reader's language."""
    return {"yes": _("yes"), "no": _("no")}.get(text, text)


def name_columns(model: type[Model]) -> tuple[str, ...]:
    """Return the columns that may hold the name of a row; the first that is filled in counts."""
    columns = {column.name for column in model._meta.get_fields()}  # noqa: SLF001 (Django's model API)
    if "name_en" not in columns:
        return ("name",)
    return ("name_ja", "name_en") if (get_language() or "").startswith("ja") else ("name_en",)


def _code_name(kind: Kind, code: str) -> str:
    """Return the name of something that no table holds; a text that nobody has a name for is its own."""
    language = get_language() or "en"
    match kind:
        case "segment":
            return str(dict(Segment.choices).get(code, code))
        case "channel":
            return str(dict(Channel.choices).get(code, code))
        case "weekday":
            return str(WEEKDAY_NAMES.get(code, code))
        case "locale":
            return language_name(code, language)
        case "country":
            return country_names(language).get(code, code)
    return code


@lru_cache(maxsize=256)
def language_name(code: str, language: str) -> str:
    """Return the name of a language, or of one in a country, in a language: "ja" is Japanese."""
    try:
        return Locale.parse(code, sep="-").get_display_name(language.replace("-", "_")) or code
    except (ValueError, UnknownLocaleError):
        return code


@lru_cache(maxsize=8)
def country_names(language: str) -> dict[str, str]:
    """Return the names of all countries in a language, by their ISO 3166 code."""
    territories: Mapping[str, str] = Locale.parse(language, sep="-").territories
    countries = (code for code in territories if code.isalpha() and code not in _NO_COUNTRIES)
    return {code: territories[code] for code in countries}
