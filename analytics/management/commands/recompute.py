"""Learn anew from all orders, now: `manage.py recompute`."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.recompute import STAGES, run_recompute
from analytics.services.run import claim_next, request_run

POLL_SECONDS = 0.5


class Command(BaseCommand):
    """Requests a run and works until it is done, by this process or by a worker that was quicker."""

    help = "Learn anew from all orders, publish the result and rebuild the snapshot."

    def handle(self, **_options: Any) -> None:
        run = request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=timezone.now())
        with tqdm(total=100, bar_format="{desc:<12} {percentage:3.0f}% |{bar}| {elapsed}") as bar:
            self._work_until_done(run, bar)
        if run.state != RunState.SUCCEEDED:
            raise CommandError(f"The recompute failed; the statistics before keep serving.\n{run.error}")
        self.stdout.write(self.style.SUCCESS(_summary(run)))

    def _work_until_done(self, run: RecomputeRun, bar: "tqdm[Any]") -> None:
        def show(stage: str, done: int, total: int) -> None:
            stages = list(STAGES)
            before = sum(STAGES[earlier] for earlier in stages[: stages.index(stage)])
            bar.set_description_str(stage, refresh=False)
            bar.update(before + STAGES[stage] * done / max(total, 1) - bar.n)

        while run.state in {RunState.REQUESTED, RunState.RUNNING}:
            if claimed := claim_next(at=timezone.now()):
                try:
                    run_recompute(run=claimed, at=timezone.now(), progress=show)
                except Exception as error:
                    raise CommandError(f"The recompute failed: {error!r}") from error
            else:
                bar.set_description_str(run.stage or "waiting")
                time.sleep(POLL_SECONDS)
            run.refresh_from_db()


def _summary(run: RecomputeRun) -> str:
    learned = (
        "Learned from {lines:,} lines of {orders:,} orders: {pairs:,} pairs, partners for {products:,} "
        "products, histories of {customers:,} customers; {oversized_orders:,} orders were too large to pair."
    ).format(**run.counts)
    seconds = ", ".join(f"{stage} {run.timings[stage]:.2f}" for stage in STAGES if stage in run.timings)
    return f"{learned}\nSeconds: {seconds}"
