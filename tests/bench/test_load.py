import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from tests.bench.load import Load, LoadPlan, RunningLoad, run_load

GOOD = b'HTTP/1.1 200 OK\r\ncontent-length: 46\r\n\r\n{"generation":"2026-01-01","offers":[{"a":1}]}'
BAD = b"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"


class Server:
    """A server on a port of its own that knows how many requests have reached it."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.requests = threading.Semaphore(0)

    def serve(self, listener: socket.socket, answers: tuple[bytes, ...]) -> None:
        """Answer until the listener is closed."""
        turns = cycle(answers)
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while connection.recv(4096):
                    self.requests.release()
                    answer = next(turns)
                    if not answer:
                        break
                    # In two parts, because a response may arrive in several pieces.
                    connection.sendall(answer[:30])
                    connection.sendall(answer[30:])


@contextmanager
def server(*answers: bytes) -> Iterator[Server]:
    """Answer requests with `answers` in a cycle; an empty one closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        built = Server(listener)
        threading.Thread(target=built.serve, args=(listener, answers), daemon=True).start()
        yield built


def plan(port: int, seconds: float = 3600) -> LoadPlan:
    return LoadPlan(port, seconds, 1, ["GET / HTTP/1.1\r\n\r\n"])


def load(server: Server, requests: int) -> Load:
    """Return what was counted once the server had received that many requests."""
    running = RunningLoad(plan(server.port))
    running.wait_for_answer()
    for _ in range(requests):
        server.requests.acquire()
    running.end()
    return running.finish()


def test_load__successful_responses__are_counted_and_read() -> None:
    with server(GOOD) as good:
        seen = load(good, requests=3)

    assert seen.answers == seen.marked == seen.statuses["200"] >= 3
    assert seen.failed == 0
    assert list(seen.generations) == ["2026-01-01"]
    assert 0 < seen.latencies["p50"] <= seen.latencies["max"] <= seen.seconds


def test_load__errors_and_closed_connections__are_failures() -> None:
    with server(GOOD, BAD, b"") as bad:
        seen = load(bad, requests=4)

    assert seen.statuses["503"] > 0
    assert seen.failures["closed"] > 0
    assert seen.failed == seen.statuses["503"] + seen.failures["closed"]
    assert seen.marked == seen.statuses["200"]


def test_load__time_of_the_plan_is_over__ends() -> None:
    with server(GOOD) as good:
        seen = run_load(plan(good.port, seconds=0.1))

    assert seen.answers >= 1
    assert seen.failed == 0


def test_load__no_server__is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    seen = run_load(plan(port))

    assert (seen.answers, seen.failures) == (0, {"refused": 1})
