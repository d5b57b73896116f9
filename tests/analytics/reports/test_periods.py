"""Periods of results, and those they are compared with."""

from datetime import date

import pytest

from analytics.reports.results.period import MOST_DAYS, Period, months_until, period_of

TODAY = date(2026, 11, 30)


def of(code: str, first: str = "", last: str = "") -> Period:
    return period_of(code=code, first=first, last=last, today=TODAY)


def test_period__of_days__ends_today() -> None:
    period = of("7")

    assert (period.first, period.last, period.day_count) == (date(2026, 11, 24), TODAY, 7)
    assert (period.before.first, period.before.last) == (date(2026, 11, 17), date(2026, 11, 23))
    assert (period.year_before.first, period.year_before.last) == (date(2025, 11, 24), date(2025, 11, 30))


def test_period__of_a_month__is_compared_with_the_whole_month_before() -> None:
    period = of("2026-03")

    assert (period.first, period.last) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (period.before.first, period.before.last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_period__a_leap_day__is_the_28th_a_year_before() -> None:
    period = of("dates", "2024-02-29", "2024-02-29")

    assert period.year_before.first == date(2023, 2, 28)


def test_period__of_free_dates__is_in_order_and_not_too_long() -> None:
    swapped, long = of("dates", "2026-05-09", "2026-05-01"), of("dates", "2001-01-01", "2030-01-01")

    assert (swapped.first, swapped.last) == (date(2026, 5, 1), date(2026, 5, 9))
    assert (long.last, long.day_count) == (TODAY, MOST_DAYS)


@pytest.mark.parametrize("code", ["", "8", "2026-12", "2026-1", "0001-01", "2026-11-01", "x", "dates"])
def test_period__unknown__is_the_default(code: str) -> None:
    assert of(code) == of("28")


def test_months__until_today__begin_with_this_one() -> None:
    assert [code for code, _name in months_until(TODAY, 12)][::11] == ["2026-11", "2025-12"]
