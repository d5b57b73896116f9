"""The recompute that a new shop waits for."""

from datetime import UTC, datetime

import pytest

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.run import claim_period, claim_run, fail_run, request_run
from launch.learning import first_run

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


def test_first_run__none_requested__is_the_scheduled_run_of_the_period() -> None:
    run = first_run(AT)

    assert (run.trigger, run.state) == (RunTrigger.SCHEDULE, RunState.REQUESTED)
    assert claim_run(run=run, at=AT)
    assert claim_period(at=AT) is None
    assert RecomputeRun.objects.count() == 1


def test_first_run__one_requested__is_that_run() -> None:
    waiting = request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=AT)

    assert first_run(AT) == waiting


def test_first_run__scheduled_run_failed__is_a_new_run() -> None:
    failed = first_run(AT)
    claim_run(run=failed, at=AT)
    fail_run(run=failed, error="killed", at=AT)

    run = first_run(AT)

    assert (run.trigger, run.state) == (RunTrigger.COMMAND, RunState.REQUESTED)
    assert run != failed
