"""Recompute once as a worker does; print the seconds of each stage and the moments around it."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.recompute import run_recompute
from analytics.services.run import claim_next, request_run


class Command(BaseCommand):
    help = "Recompute once; moments are those of the host's monotonic clock."

    def handle(self, *_args: Any, **_options: Any) -> None:
        request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=timezone.now())
        run = claim_next(at=timezone.now())
        if run is None:
            raise CommandError("Another run is under way.")
        began_at = time.monotonic()
        run = run_recompute(run=run, at=timezone.now())
        ended_at = time.monotonic()
        self.stdout.write(json.dumps({**_story(run), "began_at": began_at, "ended_at": ended_at}))


def _story(run: RecomputeRun) -> dict[str, Any]:
    if run.state != RunState.SUCCEEDED or run.generation is None:
        raise CommandError(run.error)
    return {
        "stages": run.timings,
        "counts": run.counts,
        "generation": run.generation.published_at.isoformat(),
    }
