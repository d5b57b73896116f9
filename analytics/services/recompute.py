"""Execute a recompute run: read, learn, publish, rebuild the snapshot."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from msgspec import structs

from analytics.models import RecomputeRun, RunState
from analytics.services.acceptance import read_acceptance
from analytics.services.drift import find_drift, sampled_partners
from analytics.services.engine import learning_settings, line_limit, pair_counter
from analytics.services.heartbeat import Heartbeat
from analytics.services.memory import give_back_memory
from analytics.services.run import fail_run
from analytics.services.sales import read_sales
from analytics.services.traits import read_traits
from analytics.stats.experiments.training_drift import training_drift
from analytics.stats.facts import LearnedFacts, learn_facts
from analytics.stats.kept_fit import KeptFit
from analytics.stats.learn import LearnedGeneration, learn
from analytics.stats.quality import pack_quality
from analytics.stats.sales import Progress, no_progress
from offers.models import Audience
from offers.services.audience.count import request_counts
from offers.services.generation import publish_generation
from offers.services.snapshot import refresh_snapshot

logger = logging.getLogger(__name__)

# In this order, each with its approximate share of the time in percent.
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


@dataclass(frozen=True, slots=True)
class _RecomputeResult:
    """Everything that a run learned, and what it excluded."""

    learned: LearnedGeneration
    facts: LearnedFacts | None
    future_order_count: int
    training: Mapping[str, float]  # how much the orders have changed


def run_recompute(
    *,
    run: RecomputeRun,
    at: datetime,
    limit_seconds: float | None = None,
    progress: Progress = no_progress,
) -> RecomputeRun:
    """Execute a claimed run: read, learn, publish, rebuild the snapshot.

    It checks `limit_seconds` itself at every step, because Celery's limit is a signal that can come late.
    Exceptions are written to the run and raised again; the previous generation stays in use.
    """
    heartbeat = Heartbeat(run=run, at=at, limit_seconds=limit_seconds, on_progress=progress)
    try:
        result = _learn(at, heartbeat)
        heartbeat("publish", 0, 1)
        before, training = sampled_partners(), result.training
        _publish(result, heartbeat)
        del result  # the snapshot is built from the database and needs the memory
    except BaseException as error:
        lines = "".join(traceback.format_exception(error)).splitlines()
        fail_run(run=run, error="\n".join(lines[-ERROR_LINES:]), at=heartbeat.now())
        raise
    # The run has succeeded: if the snapshot fails now, the next refresh builds it.
    give_back_memory()
    progress("snapshot", 0, 1)
    with heartbeat.timed("snapshot"):
        refresh_snapshot(at=heartbeat.now())
    RecomputeRun.objects.filter(pk=run.pk).update(
        timings=heartbeat.timings,
        drift=find_drift(run_pk=run.pk, training=training, before=before, at=heartbeat.now()),
    )
    give_back_memory()
    progress("snapshot", 1, 1)
    run.refresh_from_db()
    logger.info("Recompute %s published generation %s: %s", run.pk, run.generation_id, run.timings)
    return run


def _learn(at: datetime, heartbeat: Heartbeat) -> _RecomputeResult:
    """Read the orders and learn from them; the orders are freed afterwards."""
    sales = read_sales(at=at, line_limit=line_limit(), on_progress=heartbeat)
    if learning_settings().is_fitted:
        sales = replace(sales, traits=read_traits())
    with pair_counter(at=at) as count:
        learned = learn(
            sales=sales,
            settings=learning_settings(),
            kept_fit=kept_fit(),
            count=count,
            on_progress=heartbeat,
        )
    heartbeat("facts", 0, 1)
    learned = _with_acceptance(learned, at)
    return _RecomputeResult(learned, learn_facts(sales), sales.future_order_count, training_drift(sales))


def kept_fit() -> KeptFit | None:
    """Return what the newest run has kept for the next one."""
    done = RecomputeRun.objects.filter(state=RunState.SUCCEEDED).order_by("-finished_at", "-pk")
    document = done.values_list("kept_fit", flat=True).first()
    return KeptFit.unpack(document) if document else None


def forget_fit() -> None:
    """Let the next run choose the constants again."""
    RecomputeRun.objects.exclude(kept_fit={}).update(kept_fit={})


def _with_acceptance(learned: LearnedGeneration, at: datetime) -> LearnedGeneration:
    """Add what shoppers accepted of what they were shown."""
    scoring = structs.replace(learned.data.scoring, acceptance=read_acceptance(at=at))
    return replace(learned, data=replace(learned.data, scoring=scoring))


def _publish(result: _RecomputeResult, heartbeat: Heartbeat) -> None:
    """Publish and end the run in one transaction, so that a run that was taken over publishes nothing."""
    learned, facts = result.learned, result.facts
    data = learned.data
    with transaction.atomic():
        heartbeat.beat()
        published = publish_generation(data=data, facts=facts.data if facts else None, at=heartbeat.now())
        # Who is in them follows from the facts; a task of its own counts them.
        request_counts(audiences=Audience.objects.all(), at=heartbeat.now())
        heartbeat.end(
            state=RunState.SUCCEEDED,
            stage="",
            generation=published.generation,
            quality=pack_quality(learned.quality),
            kept_fit=learned.kept_fit.pack() if learned.kept_fit else {},
            counts={
                "orders": data.order_count,
                "lines": data.line_count,
                "pairs": data.pair_count,
                "oversized_orders": learned.oversized_order_count,
                "dropped_pairs": learned.oversized_pair_count,
                "future_orders": result.future_order_count,
                "repeated_lines": learned.repeated_line_count,
                "products": published.generation.product_count,
                "customers": len(data.customers),
                "rows_written": published.written_count,
                "rows_untouched": published.untouched_count,
                **(facts.counts if facts else {}),
            },
        )
