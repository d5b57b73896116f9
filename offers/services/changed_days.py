"""Note which days of the results have changed, in the transaction that changes them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.timezone import localdate

from offers.models import ChangedDay
from offers.services.tokens import MAX_AGE_SECONDS

# For so many days, orders and events may name a decision.
_REACH_DAYS: Final = MAX_AGE_SECONDS // 86_400 + 1


def mark_days(days: Iterable[date]) -> None:
    """Let these days be counted again."""
    ChangedDay.objects.bulk_create([ChangedDay(day=day) for day in sorted(set(days))])


def mark_moments(moments: Iterable[datetime]) -> None:
    """Let the days of these moments be counted again."""
    mark_days(map(localdate, moments))


def mark_since(days: Iterable[date], *, at: datetime) -> None:
    """Let these days be counted again, and later ones whose orders may be credited to them.

    Decisions and events usually arrive on their own day, so this is today.
    """
    changed, today = set(days), localdate(at)
    for day in tuple(changed):
        last = min((today - day).days, _REACH_DAYS)
        changed |= {day + timedelta(days=count) for count in range(1, last + 1)}
    mark_days(changed)
