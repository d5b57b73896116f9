"""The recompute that a new shop waits for."""

import re
import sys
from datetime import UTC, datetime
from io import StringIO

import pytest

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.run import claim_period, claim_run, fail_run, request_run
from launch.learning import first_run, learn

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


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def said_while_learning() -> list[str]:
    """Return what is said while a run is twice seen in each of two stages, and then succeeds."""
    said: list[str] = []
    changes = iter(
        [
            *[{"state": RunState.RUNNING, "stage": "read"}] * 2,
            *[{"state": RunState.RUNNING, "stage": "fit"}] * 2,
            {"state": RunState.SUCCEEDED, "stage": ""},
        ]
    )

    def check() -> None:
        RecomputeRun.objects.update(**next(changes))

    learn(check, said.append)
    return said


def test_learn__no_terminal__says_each_stage_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("launch.learning.POLL_SECONDS", 0.0)

    said = said_while_learning()

    assert said[1:] == ["Recompute: requested", "Recompute: read", "Recompute: fit"]
    assert capfd.readouterr() == ("", "")


def test_learn__terminal__shows_the_stages_on_one_line_with_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launch.learning.POLL_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    said = said_while_learning()

    assert len(said) == 1
    assert re.search(r"\rRecompute: \d\d:\d\d , fit", terminal.getvalue())
    assert terminal.getvalue().count("\n") == 1
