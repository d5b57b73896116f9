"""The columns of a person's row that hold their behaviour: filled by whoever has locked the row."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from engine.behaviour import Behaviour, Seen
from offers.models import PersonLedger

BEHAVIOUR_COLUMNS: Final = ("behaviour", "seen", "behaviour_forget_at")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


def read_behaviour(row: PersonLedger) -> tuple[Behaviour, Seen]:
    """Return what a row holds."""
    return Behaviour.read(bytes(row.behaviour)), Seen.read(bytes(row.seen))


def fill_behaviour(row: PersonLedger, behaviour: Behaviour, seen: Seen) -> None:
    """Set the columns, and when there is something to forget."""
    row.behaviour, row.seen = behaviour.pack(), seen.pack()
    ends = [_moment(act.at) + timedelta(days=settings.AWASE_BEHAVIOUR_DAYS) for act in behaviour]
    if seen.first_day is not None:
        ends.append(_EPOCH + (seen.first_day + remembered_days()) * _DAY)
    row.behaviour_forget_at = min(ends, default=None)


def merge_behaviour(*, into: PersonLedger, source: PersonLedger) -> bool:
    """Add what `source` holds to `into`; return whether there was anything."""
    (ours, seen), (theirs, also_seen) = read_behaviour(into), read_behaviour(source)
    if not (len(theirs) or source.seen):
        return False
    fill_behaviour(into, ours.with_acts(theirs), seen.merged_with(also_seen))
    return True


def remembered_days() -> int:
    """Return for how many days an event ID is remembered: afterwards, the event is late."""
    days: int = settings.AWASE_LATE_EVENT_DAYS + 1
    return days


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
