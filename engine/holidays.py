"""Public holidays, by the `holidays` package; each year of a country is worked out once."""

from datetime import date
from functools import cache
from typing import Final

from holidays import country_holidays
from holidays.utils import list_supported_countries

_CODE_LENGTH: Final = 2


@cache
def _countries() -> frozenset[str]:
    return frozenset(list_supported_countries())


def has_holidays(country: str) -> bool:
    """Tell whether the holidays of the country, by its ISO 3166-1 code, are known."""
    return len(country) == _CODE_LENGTH and country in _countries()


def is_holiday(day: date, country: str) -> bool:
    """Tell whether the day is a public holiday in all of the country."""
    return day in _holidays_of(country, day.year)


@cache
def _holidays_of(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year).keys())
