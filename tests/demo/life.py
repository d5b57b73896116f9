"""A small demo shop that tests start, kill, complete and restart."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from django.apps import apps
from django.conf import settings

from launch.services.programs import free_port

BASKETS = 1500
OPEN_SECONDS = 300
OF_THE_SUITE = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"}
OPENED = "The shop is running"

ROOMS = {"accounts", "catalog", "gateway", "offers", "checkout", "analytics", "demo"}
# What the programs of a running shop write.
WRITTEN = {
    *("Generation", "ProductPartners", "PopularProducts", "CustomerHistory", "RecomputeRun", "Revision"),
    *(
        "JournalFile",
        "JournaledDecision",
        "JournaledSlot",
        "JournalContext",
        "JournalOffer",
        "JournalShopper",
    ),
    *("ChangedDay", "DailyTotal", "DailyResult", "DailyExposure", "DailyExclusion", "DailySales"),
}


@dataclass
class Demo:
    """The demo on one data folder and one port, with its own SQLite."""

    data: Path
    port: int = field(default_factory=free_port)

    def environment(self) -> dict[str, str]:
        """Return the environment that the Makefile sets."""
        inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
        own = {"AWASE_DATA": str(self.data), "AWASE_DEMO": "1", "AWASE_CURRENCY": "USD"}
        return inherited | own | {"PORT": str(self.port)}

    def command(self, *arguments: str) -> list[str]:
        """Return a management command."""
        return [sys.executable, "manage.py", *arguments]

    def start(self, *, baskets: int = BASKETS) -> "DemoRun":
        """Start the demo on a part of the data."""
        log = self.data.parent / f"demo-{time.monotonic_ns()}.out"
        with log.open("wb") as output:
            process = subprocess.Popen(
                self.command("demo", "--weeks", "0", "--baskets", str(baskets)),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                cwd=settings.BASE_DIR,
            )
        return DemoRun(process, log)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each table that a second run must not change."""
        tables = [
            model._meta.db_table
            for model in apps.get_models()
            if model.__module__.split(".")[0] in ROOMS and model.__name__ not in WRITTEN
        ]
        with closing(sqlite3.connect(self.data / "awase.sqlite3")) as connection:
            counts = {
                table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608
                for table in tables
            }
        assert counts["catalog_product"] > 0
        return counts


@dataclass
class DemoRun:
    """A running demo."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Return its output so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, words: str) -> None:
        """Wait for `words` in its output; raise AssertionError if it exits or takes too long."""
        deadline = time.monotonic() + OPEN_SECONDS
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)

    def family(self) -> list[psutil.Process]:
        """Return all its child processes."""
        family: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return family

    def web_workers(self) -> list[psutil.Process]:
        """Return the running worker processes of the web server."""
        (server,) = [one for one in psutil.Process(self.process.pid).children() if "granian" in one.cmdline()]
        trackers = "multiprocessing.resource_tracker"
        return [
            one
            for one in server.children()
            if one.status() != psutil.STATUS_ZOMBIE and trackers not in " ".join(one.cmdline())
        ]

    def kill_web_worker(self) -> psutil.Process:
        """Kill one of them and wait until it has exited: until then it may get connections."""
        victim, *_others = self.web_workers()
        victim.kill()
        # The threads of a zombie may still hold its sockets.
        victim.wait(OPEN_SECONDS)
        return victim

    def wait_for_web_workers(self, count: int) -> None:
        """Wait until this number of them is running; raise AssertionError if it takes too long."""
        deadline = time.monotonic() + OPEN_SECONDS
        while len(self.web_workers()) != count:
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


def survivors(family: list[psutil.Process]) -> list[str]:
    """Return the processes that are still running after a short wait."""
    _gone, alive = psutil.wait_procs(family, timeout=20)
    return [" ".join(process.cmdline()) for process in alive if process.status() != psutil.STATUS_ZOMBIE]
