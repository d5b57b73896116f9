"""Note which hours and days of the results have changed, in the transaction that changes them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils.timezone import localdate, make_aware

from offers.models import ChangedDay
from offers.services.tokens import CLOCK_SKEW_SECONDS, MAX_AGE_SECONDS

# For so many days, orders and events may name a decision.
_REACH_DAYS: Final = MAX_AGE_SECONDS // 86_400 + 1
_HOUR: Final = timedelta(hours=1)
# The clocks of callers may be ahead by this much.
_SKEW: Final = timedelta(seconds=CLOCK_SKEW_SECONDS)

# A day, and the hours since it began: a day on which clocks are changed has 23 or 25.
DayHour = tuple[date, int]


def start_of(day: date) -> datetime:
    """Return when a day of the shop's time zone begins, in UTC."""
    return make_aware(datetime.combine(day, time())).astimezone(UTC)


def hour_of(at: datetime) -> DayHour:
    """Return the day of a moment in the shop's time zone, and how many hours of it are over."""
    day = localdate(at)
    return day, (at.astimezone(UTC) - start_of(day)) // _HOUR


def hours_in(day: date) -> int:
    """Return how many hours a day has, the last of which may be shorter."""
    return -((start_of(day) - start_of(day + timedelta(days=1))) // _HOUR)


def mark_orders(days: Iterable[date]) -> None:
    """Let the orders of these days be counted again."""
    _mark(set(days), set())


def mark_placed(moments: Iterable[datetime]) -> None:
    """Let the orders of the days of these moments be counted again."""
    mark_orders(map(localdate, moments))


def mark_events(moments: Iterable[datetime], *, at: datetime) -> None:
    """Let the hours of these moments be counted again, and orders since then that may be credited to them."""
    hours = set(map(hour_of, moments))
    _mark(_days_since(hours, at), hours)


def mark_decisions(moments: Iterable[datetime], *, at: datetime) -> None:
    """Let the hours of these decisions be counted again, and all since then whose events may name them.

    Decisions are usually collected within a minute, so this is one hour.
    """
    hours = set(map(hour_of, moments))
    if hours:
        day, hour = min(hours)
        moment = start_of(day) + hour * _HOUR
        last = min(at + _SKEW, moment + timedelta(days=_REACH_DAYS + 1))
        while moment <= last:
            hours.add(hour_of(moment))
            moment += _HOUR
        hours.add(hour_of(last))
    _mark(_days_since(hours, at), hours)


def _days_since(hours: Iterable[DayHour], at: datetime) -> set[date]:
    """Return the days of these hours, and later ones whose orders may be credited to them."""
    days, today = {day for day, _hour in hours}, localdate(at)
    for day in tuple(days):
        last = min((today - day).days, _REACH_DAYS)
        days |= {day + timedelta(days=count) for count in range(1, last + 1)}
    return days


def _mark(days: set[date], hours: set[DayHour]) -> None:
    notes = [ChangedDay(day=day) for day in sorted(days - {day for day, _hour in hours})]
    notes += [ChangedDay(day=day, hour=hour) for day, hour in sorted(hours)]
    ChangedDay.objects.bulk_create(notes)
