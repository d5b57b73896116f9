"""Fill a database with a busy shop's events, count them, and print how long counts and pages took."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate, now

from analytics.models import DailyResult, DailyTotal, JournalContext, JournalOffer
from analytics.services.acceptance import read_acceptance
from analytics.services.totals.count import count_changed
from analytics.services.totals.sql import MEASURES
from catalog.database.bulk import stored_datetime
from offers.models import ChangedDay, Offer
from offers.services.changed_days import hours_in, start_of

Timing = dict[str, float]
OFFERS, PLACEMENTS, PRODUCTS, AUDIENCES = 200, 6, 4_000, 8
# Days with totals by product: those of the period. Days with results are more: two periods to compare with.
PRODUCT_DAYS: Final = 88
_NUMBERS: Final = (
    "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < %(count)s) "
)
# Multipliers without a common divisor spread the values. An offer has few of the placements, and a few
# products are in most of the slots.
_DECISIONS: Final = """
    INSERT INTO analytics_journaleddecision
        (decision, page, at, day, context_id, product, cart_count, shown_count)
    {numbers}SELECT 'd' || %(day)s || '-' || n, '', {at}, %(day)s,
        %(context)s + n * 7 %% %(contexts)s, '', 1, 2 FROM numbers
"""
_SLOTS: Final = """
    INSERT INTO analytics_journaledslot
        (decision_id, day, hour, context_id, offer_id, product, position, price_minor, saving_minor,
        relevance, withheld_by)
    SELECT made.id, made.day, made.id * 24 / %(last)s %% 24, made.context_id,
        %(offer)s + (made.context_id - %(context)s) %% 3 + 3 * ((made.id * 31 + place.n * 17) %% %(offers)s),
        'p-' || ((made.id * 37 + place.n * 11) %% (CASE WHEN made.id %% 4 = 0 THEN %(products)s ELSE 40 END)),
        place.n, 1000, 100, 0.05, CASE WHEN made.id %% 10 = 0 THEN 'holdout' ELSE '' END
    FROM analytics_journaleddecision made CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2) AS place
    WHERE made.day = %(day)s
"""
_EVENTS: Final = """
    INSERT INTO offers_event (event_id, type, decision, offer_code, position, reason, channel, placement,
        products, session, occurred_at, received_at, exclusion, person, visitor, address)
    SELECT 'e' || slot.id || kind.type, kind.type, made.decision, shown.code, slot.position, '', 'web',
        'cart', '[]', '', made.at, made.at, '', 'p' || slot.id, '', ''
    FROM analytics_journaledslot slot
    JOIN analytics_journaleddecision made ON made.id = slot.decision_id
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
    JOIN (SELECT 'impression' AS type, 10 AS part UNION ALL SELECT 'click', 1 UNION ALL SELECT 'accept', 1)
        AS kind ON slot.id * 13 %% 12 < kind.part
    WHERE slot.day = %(day)s AND slot.withheld_by = ''
"""


class Command(BaseCommand):
    help = "Count totals of a busy shop and open its pages of results."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, required=True)
        parser.add_argument("--past-days", type=int, required=True)

    def handle(self, *_args: Any, rows: int, past_days: int, **_options: Any) -> None:
        call_command("migrate", verbosity=0)
        self.stdout.write(json.dumps(measure(rows=rows, past_days=past_days)))


def measure(*, rows: int, past_days: int) -> dict[str, Any]:
    """Fill the database with so many rows a day, count them, and open the pages of results."""
    at = now()
    _make_dimensions()
    for days in (1, 0):
        _make_day(at - timedelta(days=days), rows)
    _analyze()
    shown, events = _raw_rows(at)
    counts = _counts(at)
    _copy_days(at, past_days)
    _analyze()
    return {
        "shown_per_day": shown,
        "events_per_day": events,
        "totals": DailyTotal.objects.count(),
        "results": DailyResult.objects.count(),
        "counts": counts,
        "pages": _pages(),
    }


def _counts(at: datetime) -> dict[str, Timing]:
    """Return how long it takes to count parts of a day, and to read the answers of all shown offers."""
    today = localdate(at)
    yesterday, tomorrow = today - timedelta(days=1), at + timedelta(days=1)
    parts: dict[str, tuple[date, Sequence[int | None], datetime]] = {
        "all hours of a day": (today, range(hours_in(today)), at),
        "one hour": (today, (12,), at),
        "orders of a day": (today, (None,), at),
        "a day at once": (yesterday, (12,), tomorrow),
    }
    timings = {}
    for name, (day, hours, moment) in parts.items():
        ChangedDay.objects.bulk_create(ChangedDay(day=day, hour=hour) for hour in hours)
        timings[name] = _timing(partial(count_changed, at=moment))
    timings["answers of two days"] = _timing(partial(read_acceptance, at=at))
    return timings


def _make_dimensions() -> None:
    JournalContext.objects.bulk_create(
        JournalContext(
            digest=f"c-{number}",
            placement=f"placement-{number % PLACEMENTS}",
            channel=("web", "app")[number // PLACEMENTS % 2],
            key=1,
            language="en",
            country="",
            segment="",
            audiences=[1 + number % AUDIENCES, 1 + (number + 3) % AUDIENCES][: number % 3] or None,
        )
        for number in range(PLACEMENTS * 2 * 3 * AUDIENCES)
    )
    Offer.objects.bulk_create(
        Offer(code=f"offer-{number}", name=f"Offer {number}", kind="cross_sell", currency="USD")
        for number in range(OFFERS)
    )
    JournalOffer.objects.bulk_create(
        JournalOffer(
            digest=f"o-{number}",
            offer=1,
            code=f"offer-{number % OFFERS}",
            version=1,
            kind="cross_sell",
            strategy=("bought_together", "popular")[number // OFFERS],
            currency="USD",
        )
        for number in range(OFFERS * 2)
    )


def _make_day(at: datetime, rows: int) -> None:
    """Generate a day: two slots a decision, and about as many events as slots."""
    day = localdate(at)
    start = stored_datetime(start_of(day))
    count = rows // 4
    is_postgresql = connection.vendor == "postgresql"
    moment = (
        f"CAST(%(start)s AS timestamptz) + n * INTERVAL '1 second' * 86400 / {count}"
        if is_postgresql
        else f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(start)s, (n * 86400 / {count}) || ' seconds')"
    )
    said: dict[str, Any] = {
        "count": count,
        "day": day.isoformat(),
        "start": start,
        "context": _first_key(JournalContext),
        "contexts": JournalContext.objects.count(),
        "offer": _first_key(JournalOffer),
        "offers": OFFERS * 2 // 3,
        "products": PRODUCTS,
        "last": count,
    }
    with connection.cursor() as cursor:
        for statement in (_DECISIONS, _SLOTS, _EVENTS):
            cursor.execute(statement.format(numbers=_NUMBERS, at=moment), said)


def _first_key(model: type[JournalContext | JournalOffer]) -> int:
    return int(model.objects.order_by("pk").values_list("pk", flat=True)[0])


def _raw_rows(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        counts = []
        for table, column in (("analytics_journaledslot", "day"), ("offers_event", "occurred_at")):
            cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE {column} >= %s", [localdate(at).isoformat()])  # noqa: S608
            counts.append(int(cursor.fetchone()[0]))
    return counts


def _copy_days(at: datetime, past_days: int) -> None:
    """Copy yesterday's totals to the days before, and of results to those of the earlier periods."""
    yesterday = localdate(at) - timedelta(days=1)
    own = "offer, placement, channel, kind, strategy, audience, credit, currency"
    with connection.cursor() as cursor:
        for table, keys, days in (
            ("analytics_dailytotal", f"{own}, version, product", min(past_days, PRODUCT_DAYS)),
            ("analytics_dailyresult", own, past_days),
        ):
            columns = f"part, {keys}, {', '.join(MEASURES)}"
            for number in range(1, days + 1):
                past = yesterday - timedelta(days=number if number <= 180 else number + 185)
                copy = f"SELECT %s, {columns} FROM {table} WHERE day = %s ORDER BY id"  # noqa: S608 (constants)
                cursor.execute(
                    f"INSERT INTO {table} (day, {columns}) {copy}",
                    [past.isoformat(), yesterday.isoformat()],
                )


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pages() -> dict[str, Timing]:
    """Return the seconds of the pages over 90 days, the second time each is opened."""
    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("bench", password=None))
    pages = {
        "all offers": "/admin/results/?period=90",
        "one offer": "/admin/results/offer/offer-7/?period=90",
        "products of an offer": "/admin/results/offer/offer-7/?period=90&by=product",
        "one placement": "/admin/results/placement/placement-1/?period=90",
        "one audience": "/admin/results/audience/3/?period=90",
        "daily rows of all offers": "/admin/results/?period=90&format=rows.csv",
    }
    timings = {}
    for name, address in pages.items():
        for _time in range(2):
            timings[name] = _timing(partial(_open, client, address))
    return timings


def _open(client: Client, address: str) -> None:
    answer = client.get(address, secure=True)
    assert answer.status_code == HTTPStatus.OK, answer.status_code
    b"".join(answer)


def _timing(work: Callable[[], Any]) -> Timing:
    """Return how long it took, and the CPU seconds of this process: on SQLite, all of the work."""
    start, cpu = time.monotonic(), time.process_time()
    work()
    elapsed, busy = time.monotonic() - start, time.process_time() - cpu
    return {"seconds": round(elapsed, 3), "cpu_seconds": round(busy, 3)}
