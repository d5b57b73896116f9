"""Work through a recompute run: read, learn, publish, rebuild the snapshot."""

import logging
import traceback
from datetime import datetime

from django.conf import settings
from django.db import transaction

from analytics.models import RecomputeRun, RunState
from analytics.quality import pack_quality
from analytics.services.pulse import Pulse
from analytics.services.run import fail_run
from analytics.services.sales import read_sales
from analytics.stats.facts import LearnedFacts, learn_facts
from analytics.stats.learn import Learned, learn
from analytics.stats.sales import Progress, no_progress
from analytics.stats.settings import LearningSettings
from offers.services.generation import publish_generation
from offers.services.snapshot import refresh_snapshot

logger = logging.getLogger(__name__)

# In this order; each with about the percent of the time that it takes.
STAGES = {
    "read": 9,
    "index": 4,
    "fit": 55,
    "count": 4,
    "popularity": 1,
    "histories": 4,
    "facts": 4,
    "publish": 9,
    "snapshot": 10,
}
ERROR_LINES = 12


def run_recompute(
    *,
    run: RecomputeRun,
    at: datetime,
    limit_seconds: float | None = None,
    progress: Progress = no_progress,
) -> RecomputeRun:
    """Work through a claimed run: read, learn, publish, rebuild the snapshot.

    It looks at `limit_seconds` itself, at every step: Celery's own limit is a signal that can come late.
    Whatever is raised is written to the run and raised on; the generation before keeps serving.
    """
    pulse = Pulse(run=run, at=at, limit_seconds=limit_seconds, on_progress=progress)
    try:
        sales = read_sales(at=at, on_progress=pulse)
        learned = learn(
            sales=sales,
            settings=LearningSettings(
                engine=settings.AWASE_STATS_ENGINE, is_fitted=settings.AWASE_FIT_SCORES
            ),
            on_progress=pulse,
        )
        pulse("facts", 0, 1)
        facts = learn_facts(sales)
        pulse("publish", 0, 1)
        _publish(learned, facts, pulse)
    except BaseException as error:
        lines = "".join(traceback.format_exception(error)).splitlines()
        fail_run(run=run, error="\n".join(lines[-ERROR_LINES:]), at=pulse.now())
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


def _publish(learned: Learned, facts: LearnedFacts | None, pulse: Pulse) -> None:
    """Publish and end the run in one transaction: a run that was taken over publishes nothing."""
    data = learned.data
    with transaction.atomic():
        pulse.beat()
        published = publish_generation(data=data, facts=facts.data if facts else None, at=pulse.now())
        pulse.end(
            state=RunState.SUCCEEDED,
            stage="",
            generation=published.generation,
            quality=pack_quality(learned.quality),
            counts={
                "orders": data.order_count,
                "lines": data.line_count,
                "pairs": data.pair_count,
                "oversized_orders": learned.oversized_order_count,
                "products": published.generation.product_count,
                "customers": len(data.customers),
                "rows_written": published.written_count,
                "rows_untouched": published.untouched_count,
                **(facts.counts if facts else {}),
            },
        )
