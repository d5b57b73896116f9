"""The web server as shipped, on the test database, and clients that try to hold it."""

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from launch.programs import LOOPBACK, free_port, web_command
from tests.bench.load import Load, LoadPlan, RunningLoad, run_load
from tests.support.servers import Program, database_url, wait_until

ATTEMPTS = 5
# At most; a load ends with its block.
BUSY_SECONDS, REPLY_SECONDS = 120.0, 30.0
KEY = "sk_live"
OFFERS = {"placement": "cart", "cart": [{"sku": "bread", "quantity": 1}]}


@dataclass(slots=True)
class Reply:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class LiveServer:
    """A running server."""

    port: int
    program: Program

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request on a connection of its own."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=REPLY_SECONDS)
        try:
            connection.request(method, path, body or None, dict(headers or {}))
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read(), time.monotonic() - began)
        finally:
            connection.close()

    def call(self, path: str, body: Any) -> Reply:
        """Send JSON with the key."""
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        return self.request("POST", path, json.dumps(body).encode(), headers)

    def offers(self, **fields: Any) -> Reply:
        """Ask for the offers of a cart."""
        return self.call("/api/v1/offers", OFFERS | fields)

    def raw(self, data: bytes, *, ends: bool = False) -> bytes:
        """Send bytes as they are, perhaps nothing after them; return the beginning of the response."""
        with socket.create_connection((LOOPBACK, self.port), REPLY_SECONDS) as connection:
            connection.sendall(data)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return connection.recv(65_536)

    @contextmanager
    def busy(self, requests: list[str], *, connections: int) -> Iterator[RunningLoad]:
        """Load the server from another process, from its first response to the end of the block."""
        running = RunningLoad(LoadPlan(self.port, BUSY_SECONDS, connections, requests))
        try:
            running.wait_for_answer()
            yield running
        finally:
            running.end()
            running.finish()

    def wire(self, path: str, body: Any) -> str:
        """Return a call as it is sent."""
        text = json.dumps(body)
        lines = (
            f"POST {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {KEY}",
            "Content-Type: application/json",
            f"Content-Length: {len(text)}",
        )
        return "\r\n".join(lines) + "\r\n\r\n" + text

    def load(self, requests: list[str], *, connections: int, seconds: float) -> Load:
        """Send requests from another process, each connection the next as soon as it is answered."""
        return run_load(LoadPlan(self.port, seconds, connections, requests))

    def offers_p95(self, seconds: float = 1.0, **fields: Any) -> float:
        """Return the 95th percentile of the time that offers take, asked one after another."""
        load = self.load([self.wire("/api/v1/offers", OFFERS | fields)], connections=1, seconds=seconds)
        assert set(load.statuses) == {"200"}, load
        assert not load.failures, load
        return load.latencies["p95"]


@contextmanager
def live_server(folder: Path, **environment: str) -> Iterator[LiveServer]:
    """Run the server with two workers and the snapshot in `folder` until the block ends."""
    port = free_port()
    usual = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "AWASE_DATA": str(folder),
        "AWASE_DEMO": "0",
    }
    _python, _m, *arguments = web_command(port=port, workers=2)
    program = Program(*arguments, log=folder / f"web-{port}.log", environment=usual | environment)
    server = LiveServer(port, program)
    try:
        wait_until(lambda: _is_alive(server), otherwise=program.log)
        yield server
    finally:
        program.kill()


def _is_alive(server: LiveServer) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return server.request("GET", "/livez").status == 200
    return False


class Crowd:
    """Connections that send a beginning, and then one more byte a second."""

    def __init__(self, port: int, beginnings: Sequence[bytes], *, byte: bytes = b" ") -> None:
        self._connections = [_connect(port, beginning) for beginning in beginnings]
        self._byte = byte
        self._received: dict[int, bytes] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        for connection in self._connections:
            connection.close()

    def _send(self) -> None:
        while not self._ended.wait(1.0):
            for connection in self._connections:
                with suppress(OSError):
                    connection.send(self._byte)

    def open_count(self) -> int:
        """Return how many connections the server has not closed; keep what they received."""
        return sum(not self._is_closed(place) for place in range(len(self._connections)))

    def received(self, place: int) -> bytes:
        """Return what a connection received until it was last looked at."""
        return self._received.get(place, b"")

    def _is_closed(self, place: int) -> bool:
        connection = self._connections[place]
        connection.setblocking(False)
        try:
            while part := connection.recv(4096):
                self._received[place] = self.received(place) + part
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True


def _connect(port: int, beginning: bytes) -> socket.socket:
    connection = socket.create_connection((LOOPBACK, port), 10)
    connection.sendall(beginning)
    return connection


def hold(during: Callable[[], float], alone: Callable[[], float], *, factor: float) -> list[float]:
    """Measure alone and during an attack until the ratio is at most `factor`; return all ratios.

    Other programs slow the machine down at times, never up: one good measurement proves the point.
    """
    ratios: list[float] = []
    while len(ratios) < ATTEMPTS and (not ratios or ratios[-1] > factor):
        ratios.append(during() / alone())
    return ratios
