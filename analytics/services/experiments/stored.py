"""The results of experiments as they are stored: read, and requested to be counted again."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db.models import Q

from analytics.models import ExperimentResult
from analytics.services.experiments.result import TrialResult

# A worker that has given no sign of life for this long has died.
SILENCE: Final = timedelta(minutes=30)


def read_result(row: ExperimentResult | None) -> TrialResult | None:
    """Return the stored result; None if nothing has been counted."""
    if row is None or row.content is None:
        return None
    content: dict[str, Any] = row.content
    return msgspec.convert(content, TrialResult)


def request_recount(*, code: str, at: datetime) -> bool:
    """Request that a result is counted again; return False if that is requested or in progress already."""
    ExperimentResult.objects.bulk_create([ExperimentResult(code=code)], ignore_conflicts=True)
    free = ExperimentResult.objects.filter(code=code, requested_at=None)
    return bool(free.filter(is_free(at)).update(requested_at=at, error=""))


def is_free(at: datetime) -> Q:
    """Return the condition that no living worker counts a row."""
    return Q(progress=0) | Q(progress=100) | Q(claimed_at__lt=at - SILENCE)
