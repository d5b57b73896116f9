"""What is known about the count of an audience, and whether a worker is at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from offers.models import Audience, AudienceCount

State = Literal["never", "counted", "waiting", "unclaimed", "counting", "failed"]

# Beat checks every few seconds: a request that waits longer than this has no worker.
PATIENCE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CountStatus:
    """The last count of an audience, and what is going on now; `percent` of the customers while counting."""

    state: State
    size: int | None = None
    counted_at: datetime | None = None
    percent: int = 0
    error: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether a count is requested or in progress."""
        return self.state in {"waiting", "unclaimed", "counting"}


def count_status(audience: Audience, *, at: datetime) -> CountStatus:
    """Return the status of an audience that was read with its `count`."""
    count: AudienceCount | None = getattr(audience, "count", None)
    if count is None:
        return CountStatus("never")
    return CountStatus(_state(count, at), count.size, count.counted_at, count.percent, count.error)


def _state(count: AudienceCount, at: datetime) -> State:
    if count.requested_at is not None:
        if count.claim:
            return "counting"
        return "unclaimed" if at - count.requested_at > PATIENCE else "waiting"
    if count.error:
        return "failed"
    return "never" if count.counted_at is None else "counted"
