from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from analytics import tasks
from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.reports.quality import results_of
from analytics.services import recompute as module
from analytics.services.heartbeat import Heartbeat, OutOfTimeError, RunLostError
from analytics.services.recompute import STAGES, run_recompute
from analytics.services.run import claim_next, claim_period, claim_run, fail_run, request_run
from analytics.stats.learn import LearnedGeneration, learn
from analytics.stats.settings import LearningSettings
from offers.models import (
    Generation,
    ProductPartners,
)
from tests.analytics.shop import open_shop, place_order
from tests.support.recompute import AT, claimed, learn_now, published_bytes, requested

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(minutes=3)


def test_run__shop_with_orders__publishes_a_generation() -> None:
    tea, cup, _pot = open_shop()

    run = learn_now()

    assert (run.state, run.attempt_count, run.error) == (RunState.SUCCEEDED, 1, "")
    assert set(run.timings) == set(STAGES)
    assert run.counts == {
        "orders": 3, "lines": 5, "pairs": 1, "oversized_orders": 0, "dropped_pairs": 0,
        "future_orders": 0, "repeated_lines": 0, "products": 2, "customers": 1,
        "rows_written": 7, "rows_untouched": 0, "due_products": 0, "slow_movers": 0,
        "zero_price_lines": 0, "absurd_price_lines": 0, "absurd_quantity_lines": 0, "capped_orders": 0,
    }  # fmt: skip
    assert run.generation == Generation.objects.get()
    assert set(ProductPartners.objects.values_list("product", flat=True)) == {tea.pk, cup.pk}


def test_run__repeated__gives_the_same_bytes() -> None:
    open_shop()
    learn_now()
    before = published_bytes()

    learn_now()

    assert published_bytes() == before
    assert Generation.objects.count() == 2


def test_run__after_one_that_chose_constants__keeps_them_until_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "learning_settings", lambda: LearningSettings(fit_min_baskets=2))
    tea, cup, pot = open_shop()
    for day in range(40):
        place_order(tea, [cup, pot][day % 2], day=day % 20)

    first, second = learn_now(), learn_now()

    assert first.quality
    assert (second.quality, second.kept_fit) == ({}, first.kept_fit)
    said = "Used the constants of an earlier recompute, chosen on 43 orders up to Nov. 20, 2026."
    assert results_of(second) == [said]

    call_command("recompute", "--fit", "--no-progress", stdout=StringIO())

    assert RecomputeRun.objects.latest("pk").quality


def test_run__empty_shop__succeeds() -> None:
    run = learn_now()

    assert run.state == RunState.SUCCEEDED
    assert run.generation is not None
    assert run.generation.data_until is None


def test_run__failing__is_recorded_and_the_previous_generation_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    open_shop()
    before = learn_now().generation

    def fail(**_: object) -> None:
        raise RuntimeError("no memory left")

    monkeypatch.setattr(module, "learn", fail)
    run = claimed()
    with pytest.raises(RuntimeError):
        run_recompute(run=run, at=AT)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.finished_at is not None
    assert run.error.endswith("RuntimeError: no memory left")
    assert Generation.objects.get() == before


def test_run__taken_over__publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = claimed()

    def learn_slowly(**arguments: Any) -> LearnedGeneration:
        RecomputeRun.objects.filter(pk=run.pk).update(attempt_count=2, worker="elsewhere:1")
        return learn(**arguments)

    monkeypatch.setattr(module, "learn", learn_slowly)
    with pytest.raises(RunLostError):
        run_recompute(run=run, at=AT)

    run.refresh_from_db()
    assert (run.state, run.worker, run.error) == (RunState.RUNNING, "elsewhere:1", "")
    assert not Generation.objects.exists()


def test_run__out_of_time__is_recorded_and_publishes_nothing() -> None:
    run = claimed()

    with pytest.raises(OutOfTimeError):
        run_recompute(run=run, at=AT, limit_seconds=0)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "may take 0 s" in run.error
    assert not Generation.objects.exists()


def test_claim__second_run__waits_for_the_first() -> None:
    claimed(by="elsewhere:1")
    second = requested()

    assert claim_next(at=AT) is None
    assert not claim_run(run=second, at=AT)


def test_run__two_at_once__are_refused_by_the_database() -> None:
    claimed()
    second = requested()

    with pytest.raises(IntegrityError), transaction.atomic():
        RecomputeRun.objects.filter(pk=second.pk).update(state=RunState.RUNNING)


def test_claim__claimed_by_another_process_first__fails() -> None:
    as_seen_by_me = requested()
    claim_run(run=RecomputeRun.objects.get(pk=as_seen_by_me.pk), at=AT)

    assert not claim_run(run=as_seen_by_me, at=AT)
    assert RecomputeRun.objects.get().attempt_count == 1


def test_claim__silent_worker_on_another_host__is_taken_over_after_two_minutes() -> None:
    run = claimed(by="elsewhere:1")

    assert claim_next(at=AT + timedelta(seconds=119)) is None
    assert claim_next(at=AT + timedelta(seconds=121)) == run
    run.refresh_from_db()
    assert run.attempt_count == 2


def test_claim__dead_process_of_this_host__is_taken_over_at_once() -> None:
    run = claimed()
    host = run.worker.rpartition(":")[0]
    # Larger than any process id on Linux.
    RecomputeRun.objects.filter(pk=run.pk).update(worker=f"{host}:{2**22 + 1}")

    assert claim_next(at=AT) == run


def test_claim__three_workers_died__fails_the_run_and_claims_the_next() -> None:
    run = claimed(by="elsewhere:1")
    RecomputeRun.objects.filter(pk=run.pk).update(attempt_count=3, stage="count")
    waiting = requested()

    assert claim_next(at=LATER) == waiting

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "lost its worker 3 times" in run.error


def test_period__claimed_twice__runs_once(settings: Settings) -> None:
    settings.AWASE_RECOMPUTE_PERIOD = timedelta(hours=1)

    first, second = claim_period(at=AT), claim_period(at=AT + timedelta(seconds=60))

    assert first is not None
    assert second is None
    assert RecomputeRun.objects.get().period_start == AT.replace(minute=0)


def test_period__next_one__has_its_own_run(settings: Settings) -> None:
    settings.AWASE_RECOMPUTE_PERIOD = timedelta(hours=1)
    tasks_at = [AT, AT + timedelta(minutes=30)]

    runs = [claim_period(at=at) for at in tasks_at[:1]]
    RecomputeRun.objects.update(state=RunState.SUCCEEDED)
    runs.append(claim_period(at=tasks_at[1]))

    assert [run.period_start for run in runs if run] == [AT.replace(minute=0), AT.replace(hour=10, minute=0)]


def test_period__failed_run__is_not_repeated(settings: Settings) -> None:
    settings.AWASE_RECOMPUTE_PERIOD = timedelta(hours=1)
    run = claim_period(at=AT)
    assert run is not None
    fail_run(run=run, error="No space left on device", at=AT)

    a_minute_later = AT + timedelta(minutes=1)

    assert claim_period(at=a_minute_later) is None
    assert claim_next(at=a_minute_later) is None
    assert claim_period(at=AT + timedelta(hours=1)) is not None


def test_period__failed_run__can_be_requested_again(settings: Settings) -> None:
    settings.AWASE_RECOMPUTE_PERIOD = timedelta(hours=1)
    run = claim_period(at=AT)
    assert run is not None
    fail_run(run=run, error="No space left on device", at=AT)

    asked = request_run(trigger=RunTrigger.ADMIN, requested_by=None, at=AT)

    assert claim_next(at=AT) == asked


def test_period__while_another_run_is_in_progress__is_next() -> None:
    other = claimed()

    assert claim_period(at=AT) is None
    RecomputeRun.objects.filter(pk=other.pk).update(state=RunState.SUCCEEDED)

    run = claim_next(at=AT)
    assert run is not None
    assert run.trigger == RunTrigger.SCHEDULE


def test_heartbeat__stages__are_timed_and_written() -> None:
    run = claimed()
    seen: list[str] = []
    heartbeat = Heartbeat(run=run, at=LATER, on_progress=lambda stage, *_: seen.append(stage))

    heartbeat("read", 0, 1)
    heartbeat("count", 0, 2)
    heartbeat("count", 1, 2)

    run.refresh_from_db()
    assert (run.stage, seen) == ("count", ["read", "count", "count"])
    assert run.heartbeat_at is not None
    assert run.heartbeat_at >= LATER
    assert list(heartbeat.timings) == ["read"]


@pytest.mark.parametrize("task", [tasks.recompute, tasks.start_requested_runs])
def test_task__run_twice__gives_one_result(task: Callable[[], None]) -> None:
    open_shop()
    if task is tasks.start_requested_runs:
        requested()

    task()
    task()

    assert RecomputeRun.objects.get().state == RunState.SUCCEEDED
    assert Generation.objects.count() == 1


def test_command__orders__prints_what_was_learned() -> None:
    open_shop()
    output = StringIO()

    call_command("recompute", stdout=output)

    assert "5 lines of 3 orders" in output.getvalue()
    run = RecomputeRun.objects.get()
    assert (run.trigger, run.state) == (RunTrigger.COMMAND, RunState.SUCCEEDED)


def test_command__after_a_killed_run__finishes_that_run_first() -> None:
    open_shop()
    run = claimed()
    RecomputeRun.objects.update(worker=f"{run.worker.rpartition(':')[0]}:{2**22 + 1}")

    call_command("recompute", stdout=StringIO())

    assert set(RecomputeRun.objects.values_list("state", flat=True)) == {RunState.SUCCEEDED}


def test_command__failure__exits_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no memory left")

    monkeypatch.setattr(module, "learn", fail)

    with pytest.raises(CommandError, match="no memory left"):
        call_command("recompute", stdout=StringIO())


def test_snapshot__after_a_run__is_rebuilt() -> None:
    tea, *_ = open_shop()
    place_order(tea)

    run = learn_now()

    assert run.timings["snapshot"] >= 0
    assert Generation.objects.get().run == run
