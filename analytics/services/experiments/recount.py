"""Count results again: once a day, and when somebody requests it. A worker claims a row before it counts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db.models import F
from django.utils.timezone import localdate, now

from analytics.models import ExperimentResult
from analytics.services.experiments.evaluate import SETTLED, STEPS, evaluate_trial
from analytics.services.experiments.stored import is_free, read_result
from analytics.services.experiments.trial import Trial, counted_until
from analytics.services.experiments.trials import started_trials

# After an error, the next attempt waits for so long, unless somebody requests it.
_PAUSE: Final = timedelta(hours=1)


def recount_due(*, at: datetime) -> int:
    """Count the results that are due; return how many were counted.

    Due is what was requested, and what has not been counted since the last midnight of the shop, unless it is
    final.
    """
    trials = {trial.code: trial for trial in started_trials()}
    if not trials:
        return 0
    ExperimentResult.objects.bulk_create(map(_row, trials), ignore_conflicts=True)
    rows = ExperimentResult.objects.filter(is_free(at)).order_by("code")
    return sum(
        _recount(row, trials[row.code], at=at)
        for row in rows
        if row.code in trials and _is_due(row, trials[row.code], at)
    )


def _row(code: str) -> ExperimentResult:
    return ExperimentResult(code=code)


def _is_due(row: ExperimentResult, trial: Trial, at: datetime) -> bool:
    if row.requested_at is not None or row.until is None:
        return row.requested_at is not None or not _has_failed_lately(row, at)
    if row.is_final and trial.is_over_at(counted_until(at) - SETTLED):
        return False
    return row.until < localdate(at) and not _has_failed_lately(row, at)


def _has_failed_lately(row: ExperimentResult, at: datetime) -> bool:
    return bool(row.error) and row.claimed_at is not None and row.claimed_at > at - _PAUSE


def _recount(row: ExperimentResult, trial: Trial, *, at: datetime) -> bool:
    """Count one result and store it; return whether it was this worker's."""
    claim = ExperimentResult.objects.filter(
        pk=row.pk, claimed_at=row.claimed_at, requested_at=row.requested_at
    )
    if not claim.update(claimed_at=at, progress=1, error=""):
        return False
    advance = _advance(row.pk, STEPS * len(trial.phases))
    try:
        result = evaluate_trial(trial, at=at, advance=advance, known=read_result(row))
    except Exception as error:
        ExperimentResult.objects.filter(pk=row.pk).update(
            progress=0, requested_at=None, claimed_at=at, error=str(error)
        )
        raise
    ExperimentResult.objects.filter(pk=row.pk).update(
        content=msgspec.to_builtins(result),
        until=result.until,
        is_final=result.is_final,
        computed_at=at,
        requested_at=None,
        progress=100,
    )
    return True


def _advance(pk: int, step_count: int) -> Callable[[], None]:
    """Return what notes that a step is done, as a sign of life."""

    def advance() -> None:
        step = 98 // step_count
        ExperimentResult.objects.filter(pk=pk, progress__lte=99 - step).update(
            progress=F("progress") + step, claimed_at=now()
        )

    return advance
