"""Forget old decisions, in small transactions: on SQLite, all other writers wait for each of them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import models
from django.utils.timezone import localdate

from analytics.models import JournaledDecision, JournaledSlot, JournalFile, JournalShopper
from analytics.services.journal.parts import forget_parts
from catalog.database.bulk import among

_BATCH: Final = 5000


def forget_journal(*, at: datetime, days: int, folder: Path, parquet_days: int) -> int:
    """Delete the decisions of days that are more than `days` ago; return how many rows.

    Parquet files and damaged lines are kept for `parquet_days`. Offers and contexts are few and stay.
    """
    first = localdate(at) - timedelta(days=days)
    long_ago = at - timedelta(days=days)
    # Slots first: their decisions are of the same day. In the order of an index: the tables are large.
    count = sum(
        _delete(rows)
        for rows in (
            JournaledSlot.objects.filter(day__lt=first).order_by("day"),
            JournaledDecision.objects.filter(day__lt=first).order_by("day"),
            JournalShopper.objects.filter(last_day__lt=first).order_by("last_day"),
            JournalFile.objects.filter(finished_at__lt=long_ago).order_by("pk"),
        )
    )
    forget_parts(folder=folder, before=localdate(at) - timedelta(days=parquet_days))
    return count


def _delete(rows: "models.QuerySet[models.Model]") -> int:
    """Delete the rows in batches, each one statement."""
    count = 0
    while keys := list(rows.values_list("pk", flat=True)[:_BATCH]):
        # The condition again: a shopper may have come back meanwhile.
        again = rows.order_by().filter(among("pk", keys))
        count += again._raw_delete(rows.db)  # noqa: SLF001
    return count
