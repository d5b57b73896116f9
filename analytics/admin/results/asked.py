"""What a results page is asked for by its address: days, filters, grouping, order and page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.http import QueryDict

from analytics.reports.results.columns import BY_CODE
from analytics.reports.results.period import Period, period_of
from analytics.reports.results.scope import FILTERS, ResultsScope
from engine.money import exponent_of

_BEST_FIRST: Final = "-sales"
_NEWEST_FIRST: Final = "-title"
# Any number of so many digits is one of 64 bits.
_MAX_DIGITS: Final = 18
_MAX_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """The request in values that exist; what is unknown became the default."""

    given: QueryDict
    period: Period
    scope: ResultsScope
    group: str
    currency: str
    sort: str

    @property
    def sort_code(self) -> str:
        """Return the column that the table is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Tell whether the table begins with the largest values."""
        return self.sort.startswith("-")

    def link(self, **changes: str) -> str:
        """Return the query string of this page with changes; the first page, unless they say otherwise."""
        given = self.given.copy()
        given.pop("page", None)
        given.pop("format", None)
        for name, value in changes.items():
            given[name] = value
        return f"?{given.urlencode()}"

    def sort_link(self, code: str) -> str:
        """Return the query string that sorts by a column: figures from the largest, then the other way."""
        first, second = (code, f"-{code}") if code == "title" else (f"-{code}", code)
        return self.link(sort=second if self.sort == first else first)


def read_asked(given: QueryDict, subject: Mapping[str, Any], today: date) -> Asked:
    """Return what is asked for; `subject` is what the page is about."""
    chosen = {name: clean(given.get(name, "")) for name in FILTERS if name not in subject}
    filters: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    audience = key_of(filters.pop("audience", ""))
    filters |= {"audience": audience} if audience else {}
    scope = ResultsScope(subject=subject, filters=filters)
    group, sort = given.get("by", ""), given.get("sort", "")
    group = group if group in scope.groups else scope.groups[0]
    default = _NEWEST_FIRST if group == "day" else _BEST_FIRST
    return Asked(
        given=given,
        period=period_of(
            code=given.get("period", ""), first=given.get("from", ""), last=given.get("to", ""), today=today
        ),
        scope=scope,
        group=group,
        currency=_currency(given.get("currency", "")),
        sort=sort if sort.removeprefix("-") in {*BY_CODE, "title"} else default,
    )


def clean(text: str) -> str:
    """Return a value that a column may have; "" for others."""
    return "" if "\0" in text or len(text) > _MAX_LENGTH else text


def key_of(text: str) -> int:
    """Return a primary key; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0


def _currency(code: str) -> str:
    """Return a currency that amounts can be written in: that of the shop if it is none."""
    try:
        exponent_of(code)
    except ValueError:
        return settings.AWASE_CURRENCY
    return code
