import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.load import Load, LoadPlan, RunningLoad, run_load

GOOD = b'HTTP/1.1 200 OK\r\ncontent-length: 46\r\n\r\n{"generation":"2026-01-01","offers":[{"a":1}]}'
BAD = b"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"


@contextmanager
def server(*answers: bytes) -> Iterator[int]:
    """Answer requests with `answers` in a cycle; an empty one closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answers), daemon=True)
        thread.start()
        yield listener.getsockname()[1]


def _serve(listener: socket.socket, answers: tuple[bytes, ...]) -> None:
    turn = 0
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            while connection.recv(4096):
                answer = answers[turn % len(answers)]
                turn += 1
                if not answer:
                    break
                # In two parts, because a response may arrive in several pieces.
                connection.sendall(answer[:30])
                connection.sendall(answer[30:])


def plan(port: int, seconds: float = 0.2) -> LoadPlan:
    return LoadPlan(port, seconds, 1, ["GET / HTTP/1.1\r\n\r\n"])


def load(port: int) -> Load:
    return run_load(plan(port))


def test_load__successful_responses__are_counted_and_read() -> None:
    with server(GOOD) as port:
        seen = load(port)

    assert seen.answers == seen.marked == seen.statuses["200"] > 1
    assert seen.failed == 0
    assert list(seen.generations) == ["2026-01-01"]
    assert 0 < seen.latencies["p50"] <= seen.latencies["max"] <= seen.seconds


def test_load__errors_and_closed_connections__are_failures() -> None:
    with server(GOOD, BAD, b"") as port:
        seen = load(port)

    assert seen.statuses["503"] > 0
    assert seen.failures["closed"] > 0
    assert seen.failed == seen.statuses["503"] + seen.failures["closed"]
    assert seen.marked == seen.statuses["200"]


def test_load__no_server__raises() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    seen = load(port)

    assert (seen.answers, seen.failures) == (0, {"refused": 1})


def test_load__told_to_end__reports_what_it_has_counted() -> None:
    with server(GOOD) as port:
        running = RunningLoad(plan(port, seconds=3600))
        running.wait_for_answer()
        running.end()

        seen = running.finish()

    assert seen.answers == seen.statuses["200"] >= 1
    assert seen.failures == {}
