"""Search for what works, nightly or on request, and replace what was found before."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, localtime, make_aware

from analytics.models import PatternDimension, PatternFinding, PatternOutcome, PatternSearch
from analytics.services.patterns.request import MOST_FINDINGS, PERIOD
from analytics.services.patterns.rivals import search_rivals, stored
from analytics.services.patterns.sql import tally_sql
from analytics.services.totals.dialect import dialect
from analytics.stats.experiments.interactions import (
    InteractionReport,
    SegmentTally,
    find_interactions,
)
from catalog.database.bulk import select_rows, stored_date, stored_datetime

# The hour from which on a day is searched, when the day before has been counted and few people work.
NIGHT: Final = 3


def search_requested(*, at: datetime) -> bool:
    """Search if somebody asked for it; return whether somebody did.

    The request is taken first, so that a search that fails is not repeated every few seconds.
    """
    taken, _rows = PatternSearch.objects.filter(computed_at=None).delete()
    if taken:
        search_patterns(at=at)
    return bool(taken)


def search_nightly(*, at: datetime) -> bool:
    """Search once a day, from three o'clock at night on; return whether it was time."""
    night = localtime(at).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    if at < night or PatternSearch.objects.filter(computed_at__gte=night).exists():
        return False
    search_patterns(at=at)
    return True


def search_patterns(*, at: datetime) -> PatternSearch:
    """Answer all questions of the last days, and store the findings in place of those before."""
    since = localdate(at) - PERIOD
    tallies = [each for dimension in PatternDimension for each in _tallies(dimension, since)]
    report = find_interactions(tallies, PatternOutcome.values)
    # Each placement has all units once.
    units = sum(each.unit_count for each in tallies if each.dimension == PatternDimension.PLACEMENT)
    rivals = stored(search_rivals(since=since))
    return _store(report, rivals, since=since, unit_count=units, at=at)


def _tallies(dimension: PatternDimension, since: date) -> Iterator[SegmentTally]:
    """Yield what was counted for a dimension."""
    said = {
        "since": stored_date(since),
        "start": stored_datetime(make_aware(datetime.combine(since, time()))),
        "zone": settings.TIME_ZONE,
    }
    rows = select_rows(tally_sql(dimension, dialect()), said)
    for offer, kind, value, units, accepted, bought in rows:
        segments = _segments(dimension, value)
        if segments is not None:
            successes: dict[str, int] = {
                PatternOutcome.ACCEPTED: int(accepted),
                PatternOutcome.BOUGHT: int(bought),
            }
            yield SegmentTally(dimension, segments, offer, kind, units, successes)


def _segments(dimension: PatternDimension, value: str) -> frozenset[str] | None:
    """Return the segments that a value stands for; None if nothing asked for the audiences."""
    if dimension != PatternDimension.AUDIENCE:
        return frozenset([value])
    audiences = json.loads(value)
    return None if audiences is None else frozenset(map(str, audiences))


@transaction.atomic
def _store(
    report: InteractionReport, rivals: Mapping[str, Any], *, since: date, unit_count: int, at: datetime
) -> PatternSearch:
    # Two workers may search at once: whoever stores last counts.
    PatternSearch.objects.filter(requested_at__lte=at).delete()
    search = PatternSearch.objects.create(
        requested_at=at,
        computed_at=at,
        since_date=since,
        unit_count=unit_count,
        question_count=len(report.answers.findings),
        look_count=report.answers.looked_significant,
        survivor_count=len(report.survivors),
        rivals=rivals,
    )
    PatternFinding.objects.bulk_create(
        PatternFinding(
            search=search,
            outcome=asked.outcome,
            scope=asked.subject.scope,
            subject=asked.subject.name,
            dimension=asked.segment.dimension,
            segment=asked.segment.name,
            cells=[[each.count, each.trials] for each in asked.cells],
            effect=found.difference.value,
            low=found.difference.low,
            high=found.difference.high,
            p_value=found.difference.p_value,
            adjusted_p_value=found.adjusted_p_value,
        )
        for asked, found in report.survivors[:MOST_FINDINGS]
    )
    return search
