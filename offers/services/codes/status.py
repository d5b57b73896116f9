"""What is known about a batch: how far it is, and what became of its codes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db.models import Count, Q, Sum

from offers.models import BatchState, CodeBatch, GeneratedCode

State = Literal[
    "waiting", "unclaimed", "generating", "removing", "cancelled", "scheduled", "ready", "expired", "revoked"
]

# Beat checks every few seconds: a request that waits longer than this has no worker.
PATIENCE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How far a batch is at a moment, with the percentage generated so far."""

    state: State
    percent: int
    error: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether a worker still has something to do."""
        return self.state in {"waiting", "unclaimed", "generating", "removing"}

    @property
    def is_published(self) -> bool:
        """Tell whether its codes are complete."""
        return self.state in {"scheduled", "ready", "expired", "revoked"}

    @property
    def can_be_cancelled(self) -> bool:
        """Tell whether it is still being generated."""
        return self.state in {"waiting", "unclaimed", "generating"}


@dataclass(frozen=True, slots=True)
class CodeCounts:
    """How many codes of a batch were never used, were used at least once, are used up, and are revoked.

    `unused` are those that nobody used and that were not revoked; of an expired batch, these are `expired`.
    `uses` are all uses, reservations included.
    """

    unused: int
    used: int
    used_up: int
    revoked: int
    uses: int
    expired: int


def batch_status(batch: CodeBatch, *, at: datetime) -> BatchStatus:
    """Return how far a batch is."""
    return BatchStatus(_state(batch, at), 100 * batch.done_count // batch.size, batch.error)


def _state(batch: CodeBatch, at: datetime) -> State:
    match batch.state:
        case BatchState.WAITING if batch.claim:
            return "generating"
        case BatchState.WAITING:
            return "unclaimed" if at - batch.requested_at > PATIENCE else "waiting"
        case BatchState.REMOVING:
            return "removing"
        case BatchState.CANCELLED:
            return "cancelled"
    if batch.revoked_at is not None:
        return "revoked"
    if batch.has_ended(at):
        return "expired"
    return "ready" if batch.has_started(at) else "scheduled"


def count_codes(batch: CodeBatch, *, at: datetime) -> CodeCounts:
    """Count the codes of a batch that is ready; only those that were used or revoked are read."""
    codes = GeneratedCode.objects.filter(batch=batch)
    used = codes.filter(used_count__gt=0).aggregate(
        count=Count("pk"),
        used_up=Count("pk", filter=Q(used_count__gte=batch.uses_per_code)),
        uses=Sum("used_count", default=0),
    )
    revoked = codes.filter(is_revoked=True).aggregate(
        count=Count("pk"), unused=Count("pk", filter=Q(used_count=0))
    )
    unused = batch.size - used["count"] - revoked["unused"]
    has_ended = batch.has_ended(at)
    return CodeCounts(
        unused=0 if has_ended else unused,
        used=used["count"],
        used_up=used["used_up"],
        revoked=revoked["count"],
        uses=used["uses"],
        expired=unused if has_ended else 0,
    )
