"""Count at once what the worker would count within a day: totals, experiments, patterns, drift, ledgers."""

from datetime import datetime

from analytics.models import RecomputeRun, RunState
from analytics.services.drift import find_drift, sampled_partners
from analytics.services.drift_signals import DriftCode, read_drift
from analytics.services.experiments.recount import recount_due
from analytics.services.experiments.stored import request_recount
from analytics.services.experiments.trials import started_trials
from analytics.services.held_back import count_held_back
from analytics.services.patterns.search import search_patterns
from analytics.services.totals.count import count_changed

# What a recompute compares of the orders that it reads.
_OF_ORDERS = (DriftCode.CATEGORIES, DriftCode.PRICES, DriftCode.CUSTOMERS)


def count_results(*, at: datetime) -> None:
    """Count the results of what was simulated, so that all pages show them."""
    count_changed(at=at)
    # A worker may have counted experiments since they began, when there was nothing to count.
    for trial in started_trials():
        request_recount(code=trial.code, at=at)
    recount_due(at=at)
    search_patterns(at=at)
    count_held_back(at=at)
    measure_drift(at=at)


def measure_drift(*, at: datetime) -> None:
    """Measure on the last run what has changed since, keeping what it found in the orders."""
    run = RecomputeRun.objects.filter(state=RunState.SUCCEEDED).order_by("-finished_at", "-pk").first()
    if run is None:
        return
    found = [one for one in read_drift(run.drift) if one.code in _OF_ORDERS]
    training = {one.code.value: one.figures["index"] for one in found}
    drift = find_drift(run_pk=run.pk, training=training, before=sampled_partners(), at=at)
    RecomputeRun.objects.filter(pk=run.pk).update(drift=drift)
