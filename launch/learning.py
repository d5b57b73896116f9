"""Wait for a shop's first statistics."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone
from tqdm import tqdm

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.run import request_period, request_run
from launch.supervisor import LaunchError
from offers.models import Generation

POLL_SECONDS = 0.2
LEARNING_SECONDS = 600
UNFINISHED = {RunState.REQUESTED, RunState.RUNNING}


def learn(check: Callable[[], None], say: Callable[[str], None]) -> None:
    """Wait for the worker's first statistics; `check` raises if a program has died.

    An unfinished run of a killed shop is waited for as well: the worker takes it over after two minutes
    without a heartbeat.
    """
    if Generation.objects.exists():
        return
    say("Calculating the statistics in the Celery worker")
    run = first_run(timezone.now())
    deadline = time.monotonic() + LEARNING_SECONDS
    with stages_of_recompute(say) as show:
        while run.state in UNFINISHED:
            check()
            if time.monotonic() > deadline:
                raise LaunchError(
                    f"The statistics took more than {LEARNING_SECONDS} s. See the worker's log."
                )
            show(run.stage or run.state)
            time.sleep(POLL_SECONDS)
            run = RecomputeRun.objects.get(pk=run.pk)
    if run.state != RunState.SUCCEEDED:
        raise LaunchError(f"The recompute failed: {run.error}")


@contextmanager
def stages_of_recompute(say: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """Yield what shows the current stage: a clock on a terminal, else one line for each new stage."""
    if sys.stderr.isatty():
        with tqdm(desc="Recompute", bar_format="{desc}: {elapsed} {postfix}", file=sys.stderr) as bar:
            yield bar.set_postfix_str
        return
    last = ""

    def show(stage: str) -> None:
        nonlocal last
        if stage != last:
            last = stage
            say(f"Recompute: {stage}")

    yield show


def first_run(at: datetime) -> RecomputeRun:
    """Return the run to wait for: one in progress, the scheduled one of this period, or a new one.

    Beat would request the scheduled run anyway, and another one would compute the same twice. It may have
    failed at an earlier start; then a new one is requested.
    """
    under_way = RecomputeRun.objects.unfinished().first()
    if under_way is not None:
        return under_way
    run = request_period(at=at)
    if run.state in UNFINISHED:
        return run
    return request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=at)
