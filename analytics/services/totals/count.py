"""Count what has changed again, or all days from scratch: both give the same totals.

Today and yesterday are counted by the hour. Earlier days are counted at once, and what orders say of a day in
a part of its own: refunds come long after the decisions, and cost no more than the orders of their day.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from analytics.models import (
    ALL_HOURS,
    ORDERS,
    DailyExclusion,
    DailyExposure,
    DailyResult,
    DailySales,
    DailyTotal,
)
from analytics.services.totals.dialect import dialect
from analytics.services.totals.shop_sql import EXCLUSIONS, EXPOSURES, shop_sales_sql
from analytics.services.totals.sql import orders_sql, result_sql, traffic_sql
from catalog.database.bulk import among, stored_date, stored_datetime
from catalog.services.tax_mode import shop_tax_mode
from checkout.services.clicks import credit_clicks
from offers.models import ChangedDay
from offers.services.changed_days import hours_in, start_of
from offers.services.tokens import MAX_AGE_SECONDS

# On PostgreSQL, counts wait for each other until the end of the transaction, as all writers do on SQLite.
_QUEUE: Final = "SELECT pg_advisory_xact_lock(20261130)"
# For so long, orders and events name decisions: the journal of a day needs to be there as well.
_REACH: Final = timedelta(seconds=MAX_AGE_SECONDS) + timedelta(days=1)
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_TABLES: Final = (DailyTotal, DailyResult, DailyExposure, DailyExclusion, DailySales)


def first_open_day(at: datetime) -> date:
    """Return the first day that can still be counted; earlier ones are final.

    What older orders and events are about may have been deleted from the journal. The last two days are
    always open.
    """
    today = localdate(at)
    kept = timedelta(days=settings.AWASE_JOURNAL_DAYS) - _REACH
    return today - max(kept, timedelta(days=1))


def count_changed(*, at: datetime) -> int:
    """Count the open days again of which something has changed; return how many.

    Each day is a transaction.
    """
    notes: dict[date, list[int]] = defaultdict(list)
    changed: dict[date, set[int]] = defaultdict(set)
    for pk, day, hour in ChangedDay.objects.order_by("pk").values_list("pk", "day", "hour"):
        notes[day].append(pk)
        changed[day] |= set() if hour is None else {hour}
    first = first_open_day(at)
    for day in _left_in_hours(first, at) if notes else ():
        changed[day].add(ALL_HOURS)
    for day, hours in sorted(changed.items()):
        with transaction.atomic():
            # What is committed after the notes were read has a note of its own.
            ChangedDay.objects.filter(among("pk", notes[day])).delete()
            if day >= first:
                _count(day, hours, at)
    return sum(day >= first for day in changed)


def rebuild_totals(*, since: date, at: datetime) -> Iterator[date]:
    """Count all open days from `since` until today again; yield each when it is done."""
    day, today = max(since, first_open_day(at)), localdate(at)
    while day <= today:
        with transaction.atomic():
            for table in _TABLES:
                table._default_manager.filter(day=day).delete()  # noqa: SLF001 (Django's public name)
            _count(day, set(range(hours_in(day))), at)
        yield day
        day += _DAY


def _left_in_hours(first: date, at: datetime) -> list[date]:
    """Return the days that were counted by the hour and are not new any more."""
    counted = DailyTotal.objects.filter(part__lt=ALL_HOURS, day__gte=first, day__lt=localdate(at) - _DAY)
    return list(counted.order_by().values_list("day", flat=True).distinct())


def _count(day: date, hours: set[int], at: datetime) -> None:
    """Replace the totals of these hours and of the orders of a day, in the caller's transaction.

    A day that is not new any more, or that was once counted at once, is counted at once.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_QUEUE)
    is_new = day >= localdate(at) - _DAY
    if hours and (not is_new or DailyTotal.objects.filter(day=day, part=ALL_HOURS).exists()):
        start = start_of(day)
        _replace(day, ALL_HOURS, (start, start_of(day + _DAY)), hours=(0, ALL_HOURS))
    else:
        for hour in sorted(hours):
            start = start_of(day) + hour * _HOUR
            end = min(start + _HOUR, start_of(day + _DAY))
            _replace(day, hour, (start, end), hours=(hour, hour))
    credit_clicks(start=start_of(day), end=start_of(day + _DAY))
    _replace(day, ORDERS, (start_of(day), start_of(day + _DAY)))


def _replace(
    day: date, part: int, period: tuple[datetime, datetime], hours: tuple[int, int] | None = None
) -> None:
    """Replace a part of a day: that of the orders, or what these hours say (the first and the last)."""
    replaced = (0, part) if part == ALL_HOURS else (part, part)
    for table in _TABLES:
        table._default_manager.filter(day=day, part__range=replaced).delete()  # noqa: SLF001 (as above)
    first_hour, last_hour = hours or (0, 0)
    said: dict[str, Any] = {
        "day": stored_date(day),
        "part": part,
        "start": stored_datetime(period[0]),
        "end": stored_datetime(period[1]),
        "first_hour": first_hour,
        "last_hour": last_hour,
        "tax_included": int(shop_tax_mode().tax_included),
    }
    of = dialect()
    statements = (traffic_sql(of), EXPOSURES, EXCLUSIONS) if hours else (orders_sql(of), shop_sales_sql(of))
    with connection.cursor() as cursor:
        for statement in (*statements, result_sql()):
            cursor.execute(statement, said)
