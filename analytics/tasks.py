"""Celery tasks that beat triggers; each asks the database what there is to do.

A task whose work is already taken ends at once, so repeated delivery is harmless.
"""

from importlib import import_module
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from analytics.services import held_back
from analytics.services.experiments import recount
from analytics.services.experiments.bandit import divide
from analytics.services.journal import retention
from analytics.services.patterns import search
from analytics.services.recompute import run_recompute
from analytics.services.run import claim_next, claim_period
from analytics.services.totals.count import count_changed
from engine.journal.files import journal_files


@shared_task
def recompute() -> None:
    """Recompute if this period's run is not claimed yet."""
    if run := claim_period(at=timezone.now()):
        run_recompute(run=run, at=timezone.now(), limit_seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT)


@shared_task
def start_requested_runs() -> None:
    """Execute a requested run, or one whose worker died."""
    if run := claim_next(at=timezone.now()):
        run_recompute(run=run, at=timezone.now(), limit_seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT)


@shared_task
def count_held_back() -> int:
    """Count from how many people offers are held back now, and why."""
    return held_back.count_held_back(at=timezone.now())


@shared_task
def collect_journal() -> int:
    """Collect the decisions of this host; return how many."""
    folder: Path = settings.AWASE_JOURNAL_DIR
    if not journal_files(folder):
        return 0
    # Arrow takes memory: a worker loads it only where there is a journal.
    collect = import_module("analytics.services.journal.collect")
    with_parquet = settings.AWASE_JOURNAL_PARQUET_DAYS > 0
    count: int = collect.collect_journal(
        folder=folder, at=timezone.now(), with_parquet=with_parquet
    ).record_count
    return count


@shared_task
def forget_journal() -> int:
    """Delete decisions that are too old; return how many rows."""
    return retention.forget_journal(
        at=timezone.now(),
        days=settings.AWASE_JOURNAL_DAYS,
        folder=settings.AWASE_JOURNAL_DIR,
        parquet_days=settings.AWASE_JOURNAL_PARQUET_DAYS,
    )


@shared_task
def count_totals() -> int:
    """Count the days again whose results have changed; return how many."""
    return count_changed(at=timezone.now())


@shared_task
def search_patterns() -> None:
    """Search for what works if that has not been done since last night."""
    search.search_nightly(at=timezone.now())


@shared_task
def search_requested_patterns() -> None:
    """Search for what works if somebody asked for it."""
    search.search_requested(at=timezone.now())


@shared_task
def divide_bandits() -> int:
    """Divide the bandits that were not divided today; return how many were."""
    return divide.divide_due(at=timezone.now())


@shared_task
def count_experiments() -> int:
    """Count the results of experiments that are due; return how many."""
    return recount.recount_due(at=timezone.now())
