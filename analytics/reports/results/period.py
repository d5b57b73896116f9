"""The days that results are about, and the days they are compared with."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

LENGTHS: Final = (7, 28, 90)
DEFAULT: Final = 28
# Longer periods would read more rows than a page should.
MOST_DAYS: Final = 731
DATES: Final = "dates"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`; `code` is how the page asks for them."""

    first: date
    last: date
    code: str

    @property
    def day_count(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """Tell whether it is a calendar month."""
        return "-" in self.code

    @property
    def days(self) -> list[date]:
        """Return all its days."""
        return [self.first + number * _DAY for number in range(self.day_count)]

    @property
    def text(self) -> str:
        """Return the first and the last day."""
        first, last = date_format(self.first, "DATE_FORMAT"), date_format(self.last, "DATE_FORMAT")
        return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def before(self) -> "Period":
        """Return as many days before it; before a month, the whole month."""
        last = self.first - _DAY
        first = last.replace(day=1) if self.is_month else self.first - self.day_count * _DAY
        return Period(first, last, DATES)

    @property
    def year_before(self) -> "Period":
        """Return the same dates a year ago."""
        return Period(_year_before(self.first), _year_before(self.last), DATES)


def period_of(*, code: str, first: str, last: str, today: date) -> Period:
    """Return the period that a page asks for; the last 28 days if it asks for none or an unknown one.

    The code is a number of days until today, a month such as `2026-11`, or `dates` with both dates.
    """
    if code == DATES:
        return _between(first, last, today) or _until(today, DEFAULT)
    if code in map(str, LENGTHS):
        return _until(today, int(code))
    return _month(code, today) or _until(today, DEFAULT)


def months_until(today: date, count: int = 24) -> list[tuple[str, str]]:
    """Return the codes and names of this month and those before it, the latest first."""
    months, first = [], today.replace(day=1)
    for _number in range(count):
        months.append((f"{first:%Y-%m}", date_format(first, "YEAR_MONTH_FORMAT")))
        first = (first - _DAY).replace(day=1)
    return months


def _until(today: date, count: int) -> Period:
    return Period(today - (count - 1) * _DAY, today, str(count))


def _month(code: str, today: date) -> Period | None:
    first = _date(f"{code}-01")
    if first is None or first > today or len(code) != len("2026-11"):
        return None
    following = (first + 31 * _DAY).replace(day=1)
    return Period(first, min(following - _DAY, today), code)


def _between(first: str, last: str, today: date) -> Period | None:
    ends = _date(first), _date(last)
    if ends[0] is None or ends[1] is None:
        return None
    start, end = min(ends[0], ends[1], today), min(max(ends[0], ends[1]), today)
    return Period(max(start, end - (MOST_DAYS - 1) * _DAY), end, DATES)


def _date(text: str) -> date | None:
    """Return a date of the years whose neighbours exist too."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 9999 else None  # noqa: PLR2004 (no shop is older)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
