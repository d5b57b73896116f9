"""Start programs, watch them, and stop them.

Each program runs in its own session, so that Ctrl-C in the terminal only reaches the supervisor, which then
stops the programs it started in reverse order.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

PAUSE_SECONDS = 0.05
LOG_TAIL_LINES = 15
PR_SET_PDEATHSIG = 1  # linux/prctl.h

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class LaunchError(Exception):
    """The shop could not be started."""


class ChildFailedError(LaunchError):
    """A program exited, or was not ready in time."""


class Stopped(BaseException):
    """The supervisor was asked to stop by SIGINT, SIGTERM or SIGHUP."""


@dataclass(frozen=True, slots=True)
class Child:
    """A program, and how to check that it is ready."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_seconds: float = 60.0


@dataclass(slots=True)
class Supervisor:
    """Run programs together: if one exits, all are stopped."""

    log_dir: Path
    stop_seconds: float = 10.0
    _running: list[list[tuple[Child, subprocess.Popen[bytes]]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def log_path(self, name: str) -> Path:
        """Return the path of the log of the program `name`; each start truncates it."""
        return self.log_dir / f"{name}.log"

    def start(self, *children: Child) -> list[int]:
        """Start `children` together, wait until all are ready, and return their process ids.

        Raises ChildFailedError if one of them or another program exits, or if it takes too long.
        """
        self._running.append([])
        pids = [self._start(child) for child in children]
        begun = time.monotonic()
        for child in children:
            while not child.is_ready():
                self.check()
                if time.monotonic() - begun > child.ready_seconds:
                    raise ChildFailedError(self._report(child, f"was not ready in {child.ready_seconds:g} s"))
                time.sleep(PAUSE_SECONDS)
        self.check()
        return pids

    def _start(self, child: Child) -> int:
        with self.log_path(child.name).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 (our own programs)
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **child.environment},
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (no lock is held; it only calls prctl)
            )
        self._running[-1].append((child, process))
        return process.pid

    def check(self) -> None:
        """Raise ChildFailedError if a program has exited."""
        for child, process in chain.from_iterable(self._running):
            code = process.poll()
            if code is not None:
                raise ChildFailedError(self._report(child, f"exited with code {code}"))

    def watch(self) -> None:
        """Wait until a program exits, which raises ChildFailedError, or until a signal arrives."""
        while True:
            self.check()
            time.sleep(4 * PAUSE_SECONDS)

    def stop(self) -> None:
        """Stop all programs, the last started first; kill those that do not exit in time."""
        while self._running:
            together = [process for _child, process in self._running.pop()]
            for process in together:
                process.terminate()
            deadline = time.monotonic() + self.stop_seconds
            for process in together:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
                _kill_group(process)
                process.wait()

    def _report(self, child: Child, what: str) -> str:
        path = self.log_path(child.name)
        lines = path.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return "\n".join([f"{child.name} {what}; the end of {path}:", *(f"  {line}" for line in lines)])


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Stopped` inside the block; then restore them.

    Once stopping, further signals are ignored: a second Ctrl-C must not leave programs behind.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the remaining processes of the session of `process`; its id is the group's id."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """Ask Linux to end this program if the supervisor is killed."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
