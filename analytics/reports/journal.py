"""The state of the decision journal, for the first page of the admin."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Sum

from analytics.models import JournalFile
from offers.services.journal.process import journal_state

PERIOD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class JournalReport:
    """When decisions were collected last, and the counts of files to which something was added in a day.

    `error` is why this process cannot write at the moment, and `own_lost_count` how many decisions it lost.
    """

    is_on: bool
    collected_at: datetime | None
    record_count: int
    lost_count: int
    damaged_count: int
    own_lost_count: int = 0
    error: str = ""


def read_journal(at: datetime) -> JournalReport:
    """Return the state of the journal, by two queries."""
    newest: datetime | None = JournalFile.objects.aggregate(newest=Max("collected_at"))["newest"]
    sums = JournalFile.objects.filter(collected_at__gte=at - PERIOD).aggregate(
        records=Sum("record_count", default=0),
        lost=Sum("lost_count", default=0),
        damaged=Sum("damaged_count", default=0),
    )
    state = journal_state()
    own_lost_count, error = (0, "") if state is None else (state.lost_count, state.error)
    return JournalReport(
        is_on=state is not None,
        collected_at=newest,
        record_count=sums["records"],
        lost_count=sums["lost"],
        damaged_count=sums["damaged"],
        own_lost_count=own_lost_count,
        error=error,
    )
