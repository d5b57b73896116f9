"""Recompute all statistics: `manage.py recompute`."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.recompute import STAGES, forget_fit, run_recompute
from analytics.services.run import claim_next, request_run

POLL_SECONDS = 0.5
_BAR = "{desc:<12} {percentage:3.0f}% |{bar}| {elapsed}"


class Command(BaseCommand):
    """Request a run and wait until it is done, by this process or by a worker."""

    help = "Recompute all statistics from the orders, publish them and rebuild the snapshot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-progress", action="store_true", help="Do not show a progress bar.")
        parser.add_argument(
            "--fit",
            action="store_true",
            help="Choose the scoring constants again, even if the orders have hardly changed.",
        )

    def handle(self, *, no_progress: bool, fit: bool, **_options: Any) -> None:
        if fit:
            forget_fit()
        run = request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=timezone.now())
        # None hides the bar without a terminal, for example in cron.
        with tqdm(total=100, bar_format=_BAR, disable=no_progress or None) as bar:
            self._work_until_done(run, bar)
        if run.state != RunState.SUCCEEDED:
            failed = _("The recompute failed. The previous statistics stay in use.")
            raise CommandError(f"{failed}\n{run.error}")
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
                    said = _("The recompute failed: %(error)r") % {"error": error}
                    raise CommandError(said) from error
            else:
                bar.set_description_str(run.stage or "waiting")
                time.sleep(POLL_SECONDS)
            run.refresh_from_db()


def _summary(run: RecomputeRun) -> str:
    learned = _(
        "Learned from {lines:,} lines of {orders:,} orders: {pairs:,} product pairs, "
        "recommendations for {products:,} products, purchase histories of {customers:,} "
        "customers. {oversized_orders:,} orders were too large for pair counting."
    ).format(**run.counts)
    seconds = ", ".join(f"{stage} {run.timings[stage]:.2f}" for stage in STAGES if stage in run.timings)
    timed = _("Seconds by stage: %(stages)s") % {"stages": seconds}
    return f"{learned}\n{timed}"
