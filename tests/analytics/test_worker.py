import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.recompute import run_recompute
from analytics.services.run import claim_run, request_run
from offers.models import Generation
from tests.analytics.shop import open_shop
from tests.support.servers import Crew, Program, wait_until

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("worker"),  # the tests share one
]

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WAKE = "analytics.tasks.start_requested_runs"


@pytest.fixture(autouse=True)
def before(transactional_db: None) -> Generation:
    """Create the shop and publish a first generation."""
    del transactional_db
    open_shop()
    run = request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=AT)
    claim_run(run=run, at=AT)
    generation = run_recompute(run=run, at=AT).generation
    RecomputeRun.objects.all().delete()
    assert generation is not None
    return generation


def request() -> RecomputeRun:
    return request_run(trigger=RunTrigger.ADMIN, requested_by=None, at=datetime.now(UTC))


def wait_for(run: RecomputeRun, state: RunState, worker: Program, *, stage: str = "") -> None:
    def is_there() -> bool:
        run.refresh_from_db()
        return run.state == state and run.stage == stage

    wait_until(is_there, otherwise=lambda: f"{run} {run.stage} {run.error}\n{worker.log()}")


def start_run_at_gate(crew: Crew, worker: Program) -> RecomputeRun:
    """Return a run that the worker is executing."""
    crew.gate.touch()
    run = request()
    crew.send(WAKE)
    wait_for(run, RunState.RUNNING, worker, stage="gate")
    return run


def test_worker__out_of_time__fails_the_run_and_keeps_the_generation(crew: Crew, before: Generation) -> None:
    worker = crew.start_worker(AWASE_TASK_SECONDS="5")

    run = start_run_at_gate(crew, worker)
    wait_for(run, RunState.FAILED, worker, stage="gate")

    # Either the run itself or Celery's signal notices first.
    assert "OutOfTimeError" in run.error or "SoftTimeLimitExceeded" in run.error
    assert Generation.objects.get() == before


def test_worker__killed_on_another_host__is_taken_over_when_silent(crew: Crew) -> None:
    worker = crew.worker()
    run = start_run_at_gate(crew, worker)

    worker.kill()
    last_heartbeat = datetime.now(UTC) - settings.AWASE_RECOMPUTE_SILENCE
    RecomputeRun.objects.update(worker="elsewhere:1", heartbeat_at=last_heartbeat)
    crew.gate.unlink()
    successor = crew.worker()
    crew.send(WAKE)

    wait_for(run, RunState.SUCCEEDED, successor)
    assert run.attempt_count == 2


def test_worker__killed__is_taken_over_by_a_new_one(crew: Crew, before: Generation) -> None:
    worker = crew.worker()
    run = start_run_at_gate(crew, worker)

    worker.kill()
    served_meanwhile = Generation.objects.get()
    crew.gate.unlink()
    successor = crew.worker()
    crew.send(WAKE)

    wait_for(run, RunState.SUCCEEDED, successor)
    assert served_meanwhile == before
    assert run.attempt_count == 2


def test_worker__pool_process_killed__is_redelivered_and_succeeds(crew: Crew, before: Generation) -> None:
    worker = crew.worker()
    run = start_run_at_gate(crew, worker)

    os.kill(int(run.worker.rpartition(":")[2]), signal.SIGKILL)
    served_meanwhile = Generation.objects.get()
    crew.gate.unlink()

    # Only one message was sent.
    wait_for(run, RunState.SUCCEEDED, worker)
    assert served_meanwhile == before
    assert run.attempt_count == 2
    assert Generation.objects.latest("pk") == run.generation


def test_worker__two_beats__run_once_per_period(crew: Crew) -> None:
    worker = crew.worker()
    beats = [crew.start_beat(), crew.start_beat()]

    for beat in beats:
        beat.wait_for("analytics.tasks.recompute", times=3)
    worker.wait_for("Task analytics.tasks.recompute[", times=8)  # received and succeeded, each
    wait_until(
        RecomputeRun.objects.filter(state=RunState.SUCCEEDED).exists,
        otherwise=worker.log,
    )

    # More than one only if the test runs over a full hour.
    periods = set(RecomputeRun.objects.values_list("period_start", flat=True))
    assert RecomputeRun.objects.count() == len(periods)
    assert set(RecomputeRun.objects.values_list("attempt_count", flat=True)) == {1}


def test_worker__messages_delivered_twice__give_one_result(crew: Crew) -> None:
    worker = crew.worker()

    deliver_twice(crew, worker, "offers.tasks.refresh_snapshot")
    assert len(_versions(crew.snapshots)) == 1

    requested = request()
    deliver_twice(crew, worker, WAKE)
    assert list(RecomputeRun.objects.all()) == [requested]
    assert Generation.objects.count() == 2

    deliver_twice(crew, worker, "analytics.tasks.recompute")
    assert RecomputeRun.objects.exclude(period_start=None).count() == 1
    assert Generation.objects.count() == 3
    assert set(RecomputeRun.objects.values_list("state", "attempt_count")) == {(RunState.SUCCEEDED, 1)}


def deliver_twice(crew: Crew, worker: Program, task: str) -> None:
    crew.send(task)
    crew.send(task)
    worker.wait_for(f"Task {task}[", times=4)  # each received, each succeeded


def _versions(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if (path / "manifest.json").exists()]
