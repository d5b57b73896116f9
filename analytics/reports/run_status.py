"""Which recompute run is in progress, and whether a worker has picked it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.models import RecomputeRun, RunState

# Beat checks every few seconds: a request that waits longer than this has no worker.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RunStatus:
    """The run in progress, or else the oldest request; `run` is None if there is neither."""

    run: RecomputeRun | None
    is_unclaimed: bool


def read_run_status(at: datetime) -> RunStatus:
    """Return the run that is in progress or requested, in one query."""
    run = RecomputeRun.objects.unfinished().first()
    return RunStatus(run, is_unclaimed=run is not None and is_unclaimed(run, at))


def is_unclaimed(run: RecomputeRun, at: datetime) -> bool:
    """Return whether a requested run has waited longer than a worker needs to pick it up."""
    return run.state == RunState.REQUESTED and at - run.requested_at > PATIENCE
