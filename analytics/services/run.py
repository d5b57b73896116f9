"""The life of a recompute run: asked for, claimed by one worker, ended.

The database decides who works: a claim is a conditional update whose count is checked, and a unique
constraint lets one run be under way at a time. A worker that dies leaves its run running without a heartbeat,
and the next one takes it over. Should the first still be alive, its next heartbeat fails, and so does its
publishing.
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
    """Ask for a run. It waits until a worker is free and no other run is under way."""
    user = requested_by if isinstance(requested_by, User) else None
    return RecomputeRun.objects.create(trigger=trigger, requested_by=user, requested_at=at)


def request_period(*, at: datetime) -> RecomputeRun:
    """Return the scheduled run of the period that `at` lies in, asking for it where nobody has."""
    period = settings.AWASE_RECOMPUTE_PERIOD
    start = EPOCH + (at - EPOCH) // period * period
    if not RecomputeRun.objects.filter(period_start=start).exists():
        # Another beat may create it at this moment: the unique period keeps one of the two.
        RecomputeRun.objects.bulk_create(
            [RecomputeRun(trigger=RunTrigger.SCHEDULE, period_start=start, requested_at=at)],
            ignore_conflicts=True,
        )
    return RecomputeRun.objects.get(period_start=start)


def claim_period(*, at: datetime) -> RecomputeRun | None:
    """Claim the run of the period that `at` lies in, creating it where nobody has; None where it is taken."""
    run = request_period(at=at)
    return run if claim_run(run=run, at=at) else None


def claim_next(*, at: datetime) -> RecomputeRun | None:
    """Claim the run that is due: one whose worker died, else the oldest request.

    None where nothing waits or another run is under way.
    """
    for run in RecomputeRun.objects.unfinished():
        if _is_worked_on(run, at):
            return None
        if claim_run(run=run, at=at):
            return run
    return None


def claim_run(*, run: RecomputeRun, at: datetime) -> bool:
    """Make `run` this process's, unless it is somebody's, ended, or another run is under way.

    A run that lost its workers `MAX_ATTEMPTS` times fails instead.
    """
    if run.state not in {RunState.REQUESTED, RunState.RUNNING} or _is_worked_on(run, at):
        return False
    if run.attempt_count >= RecomputeRun.MAX_ATTEMPTS:
        story = f"{run.attempt_count} workers died on it, the last in stage {run.stage!r} ({run.worker})."
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
    except IntegrityError:  # another run is under way
        return False
    if claimed:
        run.refresh_from_db()
    return bool(claimed)


def fail_run(*, run: RecomputeRun, error: str, at: datetime) -> None:
    """Write why the run failed, if it is still this attempt's."""
    _as_seen(run).update(state=RunState.FAILED, finished_at=at, error=error)


def _as_seen(run: RecomputeRun) -> QuerySet[RecomputeRun]:
    """Return the run's row if nobody has touched it since `run` was read: for conditional updates."""
    return RecomputeRun.objects.filter(pk=run.pk, state=run.state, attempt_count=run.attempt_count)


def _is_worked_on(run: RecomputeRun, at: datetime) -> bool:
    """Tell whether the run's worker shows signs of life."""
    if run.state != RunState.RUNNING or run.is_silent_at(at, after=settings.AWASE_RECOMPUTE_SILENCE):
        return False
    host, _, process = run.worker.rpartition(":")
    return host != socket.gethostname() or _is_alive(int(process))


def _is_alive(process: int) -> bool:
    """Tell whether a process of this host exists: the death of a neighbour needs no waiting."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
