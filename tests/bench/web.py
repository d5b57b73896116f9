"""Granian as in production, and the CPU time of its workers."""

import os
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import psutil

from launch.services.programs import free_port, web_command
from launch.services.supervisor import Child, Supervisor

WORKERS = 2
REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = "tests.bench.settings"


@dataclass(frozen=True, slots=True)
class Web:
    """A running server."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server and all its workers since they started."""
        main = psutil.Process(self.pid)
        times = [process.cpu_times() for process in (main, *main.children(recursive=True))]
        return float(sum(t.user + t.system for t in times))


def environment_of(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """Return the environment of a shop with its data in `folder`."""
    return {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "AWASE_DATA": str(folder),
        "AWASE_SNAPSHOT_DIR": str(folder / "snapshot"),
        "AWASE_THROTTLE_FILE": str(folder / "throttle.cells"),
        "AWASE_DEMO": "0",
        "AWASE_CURRENCY": "JPY",
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'awase.sqlite3'}",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))),
    }


def start_web(
    supervisor: Supervisor, name: str, environment: Mapping[str, str], *, workers: int = WORKERS
) -> Web:
    """Start granian on a free loopback port and wait until it answers."""
    port = free_port()
    command = web_command(port=port, workers=workers)
    child = Child(name, command, lambda: _answers(port), environment)
    [pid] = supervisor.start(child)
    return Web(pid, port)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/bench/plain/2", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
