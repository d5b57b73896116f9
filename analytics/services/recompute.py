"""The life of a recompute run: asked for, claimed by one worker, worked through, published.

The database decides who works: a claim is a conditional update whose count is checked, and a unique
constraint lets one run be under way at a time. A worker that dies leaves its run running without a heartbeat,
and the next one takes it over. Should the first still be alive, its next heartbeat fails, and so does its
publishing.
"""

import logging
import os
import socket
import traceback
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from accounts.models import User
from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.pulse import Pulse
from analytics.services.sales import read_sales
from analytics.stats.learn import Learned, learn
from analytics.stats.sales import EPOCH, Progress, no_progress
from analytics.stats.settings import LearningSettings
from offers.services.generation import publish_generation
from offers.services.snapshot import refresh_snapshot

logger = logging.getLogger(__name__)

# In this order; each with about the percent of the time that it takes.
STAGES = {
    "read": 12,
    "index": 8,
    "count": 42,
    "popularity": 1,
    "histories": 8,
    "publish": 12,
    "snapshot": 17,
}
ERROR_LINES = 12


def request_run(
    *, trigger: RunTrigger, requested_by: User | AnonymousUser | None, at: datetime
) -> RecomputeRun:
    """Ask for a run. It waits until a worker is free and no other run is under way."""
    user = requested_by if isinstance(requested_by, User) else None
    return RecomputeRun.objects.create(trigger=trigger, requested_by=user, requested_at=at)


def claim_period(*, at: datetime) -> RecomputeRun | None:
    """Claim the run of the period that `at` lies in, creating it where nobody has; None where it is taken."""
    period = settings.AWASE_RECOMPUTE_PERIOD
    start = EPOCH + (at - EPOCH) // period * period
    if not RecomputeRun.objects.filter(period_start=start).exists():
        # Another beat may create it at this moment: the unique period keeps one of the two.
        RecomputeRun.objects.bulk_create(
            [RecomputeRun(trigger=RunTrigger.SCHEDULE, period_start=start, requested_at=at)],
            ignore_conflicts=True,
        )
    run = RecomputeRun.objects.get(period_start=start)
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
        _end_as_failed(run, story, at)
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


def run_recompute(*, run: RecomputeRun, at: datetime, progress: Progress = no_progress) -> RecomputeRun:
    """Work through a claimed run: read, learn, publish, rebuild the snapshot.

    Whatever is raised is written to the run and raised on; the generation before keeps serving.
    """
    pulse = Pulse(run=run, at=at, on_progress=progress)
    try:
        sales = read_sales(at=at, on_progress=pulse)
        learned = learn(sales=sales, settings=LearningSettings(), on_progress=pulse)
        pulse("publish", 0, 1)
        _publish(learned, pulse)
    except BaseException as error:
        lines = "".join(traceback.format_exception(error)).splitlines()
        _end_as_failed(run, "\n".join(lines[-ERROR_LINES:]), pulse.now())
        raise
    # The run has succeeded: a snapshot that fails now is built by the next refresh.
    progress("snapshot", 0, 1)
    with pulse.timed("snapshot"):
        refresh_snapshot(at=pulse.now())
    RecomputeRun.objects.filter(pk=run.pk).update(timings=pulse.timings)
    progress("snapshot", 1, 1)
    run.refresh_from_db()
    logger.info("Recompute %s published generation %s: %s", run.pk, run.generation_id, run.timings)
    return run


def _publish(learned: Learned, pulse: Pulse) -> None:
    """Publish and end the run in one transaction: a run that was taken over publishes nothing."""
    data = learned.data
    with transaction.atomic():
        pulse.beat()
        generation = publish_generation(data=data, at=pulse.now())
        pulse.end(
            state=RunState.SUCCEEDED,
            stage="",
            generation=generation,
            counts={
                "orders": data.order_count,
                "lines": data.line_count,
                "pairs": data.pair_count,
                "oversized_orders": learned.oversized_order_count,
                "products": generation.product_count,
                "customers": len(data.customers),
            },
        )


def _end_as_failed(run: RecomputeRun, error: str, at: datetime) -> None:
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
