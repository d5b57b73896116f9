"""The heartbeat of a run: its stage, progress and timings."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from analytics.models import RecomputeRun, RunState
from analytics.services.memory import give_back_memory
from analytics.stats.sales import Progress, no_progress

BEAT_SECONDS = 1.0


class RunLostError(Exception):
    """Another worker has taken this run over, or it has ended: its results must not be published."""


class OutOfTimeError(Exception):
    """A run exceeds the time limit of a task."""


class Heartbeat:
    """Record the progress of one attempt of a run. Call it as the `Progress` of each stage.

    The current time is `at` plus the time elapsed since, so that tests can set it.
    """

    def __init__(
        self,
        *,
        run: RecomputeRun,
        at: datetime,
        limit_seconds: float | None = None,
        on_progress: Progress = no_progress,
    ) -> None:
        self.timings: dict[str, float] = {}
        self._run = run
        self._at = at
        self._limit_seconds = limit_seconds
        self._on_progress = on_progress
        self._began = self._stage_began = time.monotonic()
        self._beat = 0.0
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report progress; write a heartbeat at the start of a stage, and at most once per second in it.

        Raises `OutOfTimeError` if the run exceeds its time limit.
        """
        if self._limit_seconds is not None and time.monotonic() - self._began > self._limit_seconds:
            raise OutOfTimeError(f"The run may take {self._limit_seconds:g} s, and is in stage {stage!r}.")
        is_new = stage != self._stage
        if is_new:
            self._end_stage()
            self._stage = stage
            give_back_memory()  # a stage leaves fragments that the next one cannot use
        if is_new or time.monotonic() - self._beat >= BEAT_SECONDS:
            self.beat()
        self._on_progress(stage, done, total)

    def now(self) -> datetime:
        """Return the current time."""
        return self._at + timedelta(seconds=time.monotonic() - self._began)

    def beat(self) -> None:
        """Write a heartbeat. Raises `RunLostError` if the run no longer belongs to this attempt."""
        self._beat = time.monotonic()
        self._update(stage=self._stage, heartbeat_at=self.now())

    def end(self, **values: object) -> None:
        """Write the final state of the run. Raises `RunLostError` like `beat`."""
        self._end_stage()
        self._update(finished_at=self.now(), timings=self.timings, **values)

    def _end_stage(self) -> None:
        ended = time.monotonic()
        if self._stage:
            self.timings[self._stage] = round(ended - self._stage_began, 3)
        self._stage, self._stage_began = "", ended

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Record the seconds of a stage after the end of the run."""
        began = time.monotonic()
        yield
        self.timings[stage] = round(time.monotonic() - began, 3)

    def _update(self, **values: object) -> None:
        mine = RecomputeRun.objects.filter(
            pk=self._run.pk, state=RunState.RUNNING, attempt_count=self._run.attempt_count
        )
        if not mine.update(**values):
            raise RunLostError(f"Run {self._run.pk} is no longer attempt {self._run.attempt_count}'s.")
