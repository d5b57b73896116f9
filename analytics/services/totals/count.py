"""Count the days that have changed again, or all days from scratch: both give the same totals."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate, make_aware

from analytics.models import DailyTotal
from analytics.services.totals.dialect import dialect
from analytics.services.totals.sql import count_day_sql
from catalog.database.bulk import among, stored_datetime
from catalog.services.tax_mode import shop_tax_mode
from checkout.services.clicks import credit_clicks
from offers.models import ChangedDay
from offers.services.tokens import MAX_AGE_SECONDS

# On PostgreSQL, counts wait for each other until the end of the transaction, as all writers do on SQLite.
_QUEUE: Final = "SELECT pg_advisory_xact_lock(20261130)"
# For so long, orders and events name decisions: the journal of a day needs to be there as well.
_REACH: Final = timedelta(seconds=MAX_AGE_SECONDS) + timedelta(days=1)


def first_open_day(at: datetime) -> date:
    """Return the first day that can still be counted; earlier ones are final.

    What older orders and events are about may have been deleted from the journal. The last two days are
    always open.
    """
    today = localdate(at)
    kept = timedelta(days=settings.AWASE_JOURNAL_DAYS) - _REACH
    return today - max(kept, timedelta(days=1))


def count_changed(*, at: datetime) -> int:
    """Count the open days again that have changed; return how many. Each day is a transaction."""
    changed: dict[date, list[int]] = defaultdict(list)
    for pk, day in ChangedDay.objects.order_by("pk").values_list("pk", "day"):
        changed[day].append(pk)
    first, count = first_open_day(at), 0
    for day, notes in sorted(changed.items()):
        with transaction.atomic():
            # What is committed after the notes were read has a note of its own.
            ChangedDay.objects.filter(among("pk", notes)).delete()
            if day >= first:
                _count_day(day)
                count += 1
    return count


def rebuild_totals(*, since: date, at: datetime) -> Iterator[date]:
    """Count all open days from `since` until today again; yield each when it is done."""
    day, today = max(since, first_open_day(at)), localdate(at)
    while day <= today:
        with transaction.atomic():
            _count_day(day)
        yield day
        day += timedelta(days=1)


def _count_day(day: date) -> None:
    """Replace the totals of a day, in the caller's transaction."""
    start = make_aware(datetime.combine(day, time()))
    end = make_aware(datetime.combine(day + timedelta(days=1), time()))
    said = {
        "day": connection.ops.adapt_datefield_value(day),
        "start": stored_datetime(start),
        "end": stored_datetime(end),
        "tax_included": int(shop_tax_mode().tax_included),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_QUEUE)
        credit_clicks(start=start, end=end)
        DailyTotal.objects.filter(day=day).delete()
        cursor.execute(count_day_sql(dialect()), said)
