"""Which run is under way, and whether anybody works on it."""

from datetime import datetime, timedelta

from analytics.models import RecomputeRun, RunState

# Beat looks every few seconds; whoever waits longer than this has no worker.
PATIENCE = timedelta(minutes=1)


def open_run() -> RecomputeRun | None:
    """Return the newest run that is requested or running."""
    states = [RunState.REQUESTED, RunState.RUNNING]
    return RecomputeRun.objects.filter(state__in=states).order_by("-requested_at").first()


def is_unclaimed(run: RecomputeRun, at: datetime) -> bool:
    """Return whether a requested run waits longer than a worker ever needs to take it."""
    return run.state == RunState.REQUESTED and at - run.requested_at > PATIENCE
