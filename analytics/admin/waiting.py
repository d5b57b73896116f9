"""Which run is under way, and whether anybody works on it."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from analytics.models import RecomputeRun, RunState

# Adding a run is asking for one.
PERMISSION = "analytics.add_recomputerun"

# Beat looks every few seconds; whoever waits longer than this has no worker.
PATIENCE = timedelta(minutes=1)


def open_run() -> RecomputeRun | None:
    """Return the run that is under way, or else the one that waits longest."""
    return RecomputeRun.objects.unfinished().first()


def is_unclaimed(run: RecomputeRun, at: datetime) -> bool:
    """Return whether a requested run waits longer than a worker ever needs to take it."""
    return run.state == RunState.REQUESTED and at - run.requested_at > PATIENCE


def request_context(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """Return what the button that asks for a run shows beside itself."""
    waiting = open_run()
    return {
        "can_request": request.user.has_perm(PERMISSION),
        "open_run": waiting,
        "is_unclaimed": waiting is not None and is_unclaimed(waiting, at),
    }
