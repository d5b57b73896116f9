"""The life cycle of a recompute run: requested, claimed by one worker, ended.

The database decides which worker runs: a claim is a conditional update whose count is checked, and a unique
constraint allows one running run at a time. If a worker dies, its run has no heartbeat and the next worker
takes it over. If the first worker is still alive, its next heartbeat fails, and so does its publishing.
"""

import os
import socket
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from accounts.models import User
from analytics.models import RecomputeRun, RunState, RunTrigger
from engine.moments import EPOCH


def request_run(
    *, trigger: RunTrigger, requested_by: User | AnonymousUser | None, at: datetime
) -> RecomputeRun:
    """Request a run. It waits until a worker is free and no other run is in progress."""
    user = requested_by if isinstance(requested_by, User) else None
    return RecomputeRun.objects.create(trigger=trigger, requested_by=user, requested_at=at)


def request_period(*, at: datetime) -> RecomputeRun:
    """Return the scheduled run of the period of `at`, creating it if necessary."""
    period = settings.AWASE_RECOMPUTE_PERIOD
    start = EPOCH + (at - EPOCH) // period * period
    if not RecomputeRun.objects.filter(period_start=start).exists():
        # Another beat may create it at the same time: the unique period keeps one of the two.
        RecomputeRun.objects.bulk_create(
            [RecomputeRun(trigger=RunTrigger.SCHEDULE, period_start=start, requested_at=at)],
            ignore_conflicts=True,
        )
    return RecomputeRun.objects.get(period_start=start)


def claim_period(*, at: datetime) -> RecomputeRun | None:
    """Claim the run of the period of `at`, creating it if necessary; None if it is taken."""
    run = request_period(at=at)
    return run if claim_run(run=run, at=at) else None


def claim_next(*, at: datetime) -> RecomputeRun | None:
    """Claim the next run: one whose worker died, or else the oldest request.

    Returns None if there is none, or if another run is in progress.
    """
    for run in RecomputeRun.objects.unfinished():
        if _is_worked_on(run, at):
            return None
        if claim_run(run=run, at=at):
            return run
    return None


def claim_run(*, run: RecomputeRun, at: datetime) -> bool:
    """Claim `run` for this process, unless it is claimed or ended, or another run is in progress.

    A run that has lost its worker `MAX_ATTEMPTS` times fails instead.
    """
    if run.state not in {RunState.REQUESTED, RunState.RUNNING} or _is_worked_on(run, at):
        return False
    if run.attempt_count >= RecomputeRun.MAX_ATTEMPTS:
        story = (
            f"The run lost its worker {run.attempt_count} times, last in stage {run.stage!r} ({run.worker})."
        )
        fail_run(run=run, error=story, at=at)
        return False
    try:
        with transaction.atomic():
            claimed = (
                _as_seen(run)
                .filter(heartbeat_at=run.heartbeat_at)
                .update(
                    state=RunState.RUNNING,
                    attempt_count=F("attempt_count") + 1,
                    worker=f"{socket.gethostname()}:{os.getpid()}",
                    started_at=at,
                    heartbeat_at=at,
                    stage="",
                )
            )
    except IntegrityError:  # another run is in progress
        return False
    if claimed:
        run.refresh_from_db()
    return bool(claimed)


def fail_run(*, run: RecomputeRun, error: str, at: datetime) -> None:
    """Mark the run as failed, if it still belongs to this attempt."""
    _as_seen(run).update(state=RunState.FAILED, finished_at=at, error=error)


def _as_seen(run: RecomputeRun) -> QuerySet[RecomputeRun]:
    """Return the run's row if it has not changed since `run` was read, for conditional updates."""
    return RecomputeRun.objects.filter(pk=run.pk, state=run.state, attempt_count=run.attempt_count)


def _is_worked_on(run: RecomputeRun, at: datetime) -> bool:
    """Return whether the run's worker is alive."""
    if run.state != RunState.RUNNING or run.is_silent_at(at, after=settings.AWASE_RECOMPUTE_SILENCE):
        return False
    host, _, process = run.worker.rpartition(":")
    return host != socket.gethostname() or _is_alive(int(process))


def _is_alive(process: int) -> bool:
    """Return whether a process exists on this host, so that its death is noticed at once."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
