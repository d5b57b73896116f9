"""A lightweight load generator: `python -m tests.bench.load` with a plan on standard input.

One thread, a few persistent connections, prebuilt requests. Each connection sends its next request as soon
as its response is complete (a closed loop), so the server's capacity is measured. It only imports the
standard library. It prints an empty line at the first response, and the result at the end, which is after the
seconds of the plan or at SIGTERM.
"""

import json
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# Header names as granian and others write them.
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_GENERATION = re.compile(rb'"generation":"([^"]*)"')
# Additional seconds; responses still missing then count as failed.
GRACE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What to send, where and how long. `marker` is in every response with offers."""

    port: int
    seconds: float
    connections: int
    requests: list[str]
    marker: str = '"offers":[{'
    host: str = "127.0.0.1"


@dataclass(slots=True)
class SeenGeneration:
    """When a generation was first and last in a response, in seconds of the host's monotonic clock."""

    first: float
    last: float


@dataclass(slots=True)
class Load:
    """The result. Times are in seconds; `body_bytes` is the mean size of a response."""

    answers: int = 0
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    marked: int = 0
    body_bytes: float = 0.0
    longest_pause: float = 0.0
    latencies: dict[str, float] = field(default_factory=dict)
    generations: dict[str, SeenGeneration] = field(default_factory=dict)
    own_cpu_seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Return the number of requests without a 200 response."""
        return sum(self.failures.values()) + sum(n for code, n in self.statuses.items() if code != "200")


class RunningLoad:
    """A plan running in its own process."""

    def __init__(self, plan: LoadPlan) -> None:
        self._plan = plan
        command = [sys.executable, "-m", "tests.bench.load"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY
        )
        self._thread = threading.Thread(target=self._communicate)
        self._answered = threading.Event()
        self._output = b""
        self._thread.start()

    def _communicate(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        text = json.dumps(asdict(self._plan)).encode()
        limit = threading.Timer(self._plan.seconds + 3 * GRACE_SECONDS, self._process.kill)
        limit.start()
        try:
            with self._process.stdin as pipe:
                pipe.write(text)
            with self._process.stdout as pipe:
                first = pipe.readline()
                self._answered.set()
                self._output = first + pipe.read()
            self._process.wait()
        finally:
            self._answered.set()
            limit.cancel()

    def wait_for_answer(self) -> None:
        """Return at the first response, or at the end if there is none."""
        self._answered.wait()

    def end(self) -> None:
        """Send no more requests. Only after the first response."""
        self._process.terminate()

    def finish(self) -> Load:
        """Wait for the end and return the result."""
        self._thread.join()
        if self._process.wait() != 0:
            raise RuntimeError(f"The load generator exited with code {self._process.returncode}.")
        return read_load(self._output)


def run_load(plan: LoadPlan) -> Load:
    """Run the plan and return the result."""
    return RunningLoad(plan).finish()


def read_load(text: bytes) -> Load:
    """Parse the output of a load process."""
    values = json.loads(text)
    generations = {name: SeenGeneration(**seen) for name, seen in values.pop("generations").items()}
    return Load(**values, generations=generations)


@dataclass(slots=True)
class _Connection:
    """A persistent connection with at most one request in progress."""

    socket: socket.socket
    sent_at: float = 0.0
    received: bytes = b""


class _Generator:
    """Send, receive and count."""

    def __init__(self, plan: LoadPlan) -> None:
        self.plan = plan
        self.requests: Iterator[bytes] = cycle([text.encode() for text in plan.requests])
        self.marker = plan.marker.encode()
        self.selector = selectors.DefaultSelector()
        self.open = 0
        self.statuses: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.marked = self.body_bytes = 0
        self.generations: dict[bytes, SeenGeneration] = {}
        self.longest_pause = 0.0
        self.ends_at = 0.0

    def end(self, *_: object) -> None:
        """Send no more requests."""
        self.ends_at = time.monotonic()

    def run(self) -> Load:
        """Send until the time is over, then wait for the pending responses."""
        started_at = last_at = time.monotonic()
        for _ in range(self.plan.connections):
            self._connect()
        self.ends_at = started_at + self.plan.seconds
        signal.signal(signal.SIGTERM, self.end)
        while self.open and last_at < self.ends_at + GRACE_SECONDS:
            for key, _ in self.selector.select(1.0):
                is_complete = self._receive(key.data)
                now = time.monotonic()
                if is_complete:
                    self.longest_pause = max(self.longest_pause, now - last_at)
                    last_at = now
                    self._next(key.data, now)
            if time.monotonic() > self.ends_at + GRACE_SECONDS:
                self.failures["unanswered"] += self.open
                break
        return self._result(last_at - started_at)

    def _connect(self) -> None:
        try:
            connection = _Connection(socket.create_connection((self.plan.host, self.plan.port), 5.0))
        except OSError:
            self.failures["refused"] += 1
            return
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.socket.setblocking(True)
        self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        self.open += 1
        connection.sent_at = time.monotonic()
        connection.socket.sendall(next(self.requests))

    def _receive(self, connection: _Connection) -> bool:
        """Read the received bytes; return whether the response is complete, and count it."""
        try:
            part = connection.socket.recv(262_144)
        except OSError:
            part = b""
        if not part:
            self.failures["closed"] += 1
            connection.received = b""
            return True
        data = connection.received + part if connection.received else part
        head_end = data.find(b"\r\n\r\n")
        length = _LENGTH.search(data, 0, head_end) if head_end > 0 else None
        if length is None or len(data) < head_end + 4 + int(length[1]):
            connection.received = data
            return False
        connection.received = b""
        self._count(data, int(length[1]), connection.sent_at)
        return True

    def _count(self, data: bytes, length: int, sent_at: float) -> None:
        now = time.monotonic()
        if not self.latencies:
            sys.stdout.write("\n")
            sys.stdout.flush()
        self.latencies.append(now - sent_at)
        self.statuses[data[9:12].decode("ascii", "replace")] += 1
        self.body_bytes += length
        self.marked += self.marker in data
        if generation := _GENERATION.search(data):
            seen = self.generations.setdefault(generation[1], SeenGeneration(now, now))
            seen.last = now

    def _next(self, connection: _Connection, now: float) -> None:
        if now >= self.ends_at:
            self.selector.unregister(connection.socket)
            connection.socket.close()
            self.open -= 1
            return
        connection.sent_at = now
        try:
            connection.socket.sendall(next(self.requests))
        except OSError:
            # The server closed the connection: the next request uses a new one.
            self.selector.unregister(connection.socket)
            connection.socket.close()
            self.open -= 1
            self._connect()

    def _result(self, seconds: float) -> Load:
        ordered = sorted(self.latencies)
        last = len(ordered) - 1
        ranks = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
        return Load(
            answers=len(ordered),
            seconds=seconds,
            statuses=dict(self.statuses),
            failures=dict(self.failures),
            marked=self.marked,
            body_bytes=self.body_bytes / max(len(ordered), 1),
            longest_pause=self.longest_pause,
            latencies={name: ordered[int(rank * last)] for name, rank in ranks.items()} if ordered else {},
            generations={name.decode(): seen for name, seen in self.generations.items()},
            own_cpu_seconds=time.process_time(),
        )


if __name__ == "__main__":
    json.dump(asdict(_Generator(LoadPlan(**json.load(sys.stdin))).run()), sys.stdout)
