"""Who is served, who waits, and who is refused."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.server.environ import Headers, environ_of
from gateway.server.pools import MOST_REST_SECONDS, PoolFullError, PoolSize, RequestPool, pool_of

SIZE = PoolSize(threads=2, waiting=3, patience_seconds=60.0)


def outcomes(
    pool: RequestPool, works: list[Callable[[], str]], then: Callable[[], None] = lambda: None
) -> list[str]:
    """Serve all works at once; return their results, or that they were refused."""

    async def serve(work: Callable[[], str]) -> str:
        try:
            return await pool.serve(work)
        except PoolFullError:
            return "refused"

    async def serve_all() -> list[str]:
        tasks = [asyncio.create_task(serve(work)) for work in works]
        await asyncio.sleep(0)
        then()
        return await asyncio.gather(*tasks)

    return asyncio.run(serve_all())


def test_pool__more_than_its_places__are_refused_at_once() -> None:
    gate = threading.Event()

    def work() -> str:
        gate.wait()
        return "served"

    assert outcomes(RequestPool("test", SIZE), [work] * 8, gate.set) == ["served"] * 5 + ["refused"] * 3


def test_pool__waited_too_long__is_refused_and_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    # No burst is tolerated, and nobody is patient.
    monkeypatch.setattr("gateway.server.pools.BURST_SECONDS", 0.0)
    pool = RequestPool("test", PoolSize(threads=1, waiting=3, patience_seconds=-1.0))
    done: list[str] = []

    def work() -> str:
        done.append("work")
        return "served"

    assert outcomes(pool, [work] * 2) == ["refused"] * 2
    assert done == []


def test_pool__exception__is_the_callers_and_frees_the_place() -> None:
    pool = RequestPool("test", PoolSize(threads=1, waiting=0, patience_seconds=1.0))

    def fail() -> str:
        raise RuntimeError("wrong")

    for _ in range(3):
        with pytest.raises(RuntimeError, match="wrong"):
            outcomes(pool, [fail])


@pytest.mark.parametrize(("patience", "expected"), [(60.0, MOST_REST_SECONDS), (-1.0, 0.0)])
def test_pool__that_rests__does_so_after_what_it_served_but_not_for_long(
    patience: float, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr("gateway.server.pools.time.sleep", rests.append)
    monkeypatch.setattr("gateway.server.pools.BURST_SECONDS", -1.0)
    size = PoolSize(threads=1, waiting=1, patience_seconds=patience, rests=1e12)

    outcomes(RequestPool("test", size), [lambda: "served"] * 2)

    assert rests[0] == expected


def test_pool__requests_of_one_sender__take_their_share_and_leave_the_rest() -> None:
    gate = threading.Event()
    pool = RequestPool("test", replace(SIZE, places_per_sender=2))

    async def serve(sender: str) -> str:
        try:
            return await pool.serve(lambda: "served" if gate.wait() else "", sender)
        except PoolFullError:
            return "refused"

    async def serve_all(senders: str) -> str:
        tasks = [asyncio.create_task(serve(sender)) for sender in senders]
        await asyncio.sleep(0)
        gate.set()
        return " ".join(await asyncio.gather(*tasks))

    assert asyncio.run(serve_all("aaaabc")) == "served served refused refused served served"
    # Whoever has been served makes place for the next.
    assert asyncio.run(serve_all("aab")) == "served served served"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/api/v1/offers", "offers"),
        ("GET", "/api/v1/offers", "offers"),
        ("POST", "/api/v1/events", "calls"),
        ("GET", "/livez", "/livez"),
        ("GET", "/readyz", "/readyz"),
        ("POST", "/admin/login/", "sign_in"),
        ("post", "/admin/login/", "sign_in"),
        ("PUT", "/admin/login/", "sign_in"),
        ("GET", "/admin/login/", "pages"),
        ("GET", "/api/docs", "pages"),
        ("POST", "/", "pages"),
    ],
)
def test_pool__of_a_request__is_that_of_its_kind(method: str, path: str, name: str) -> None:
    assert pool_of(method, path) == name


class SentHeaders:
    def __init__(self, *headers: tuple[str, str]) -> None:
        self._headers = headers

    def get(self, key: str, default: Any = None) -> Any:
        return dict(self._headers).get(key, default)

    def items(self) -> tuple[tuple[str, str], ...]:
        return self._headers


class SentScope:
    proto, http_version, scheme, method = "http", "1.1", "http", "POST"
    server, client = "127.0.0.1:8000", "[2001:db8::1]:4711"
    path, query_string = "/あ/b", "x=1"
    headers: Headers = SentHeaders(
        ("content-type", "text/plain"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x-a", "1"),
        ("x-a", "2"),
        ("x_a", "3"),
    )


def test_environ__request__is_as_pep_3333_says() -> None:
    environ = environ_of(SentScope(), b"body")

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/あ/b"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert environ["REMOTE_ADDR"] == "2001:db8::1"
    assert (environ["CONTENT_TYPE"], environ["HTTP_COOKIE"]) == ("text/plain", "a=1; b=2")
    assert environ["HTTP_X_A"] == "1,2"
    assert environ["wsgi.input"].read() == b"body"
