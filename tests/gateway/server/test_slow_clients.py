"""Clients that send slowly, or nothing, take no thread: all others are served as usual."""

import pytest

from tests.support.live import KEY, Crowd, LiveServer, hold
from tests.support.servers import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("live"),
    pytest.mark.alone,
]

SLOW = 64
FACTOR = 2.0


def slow_body(path: str, key: str = "", length: int = 1000) -> bytes:
    """Return the headers of a call with a key, or of a form without one."""
    authorisation = f"Authorization: Bearer {key}\r\n" if key else ""
    kind = "application/json" if key else "application/x-www-form-urlencoded"
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorisation}"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("attack", ["sign_in", "offers", "long", "headers", "idle"])
def test_server__64_slow_connections__offers_and_probes_are_as_quick(live: LiveServer, attack: str) -> None:
    beginning = {
        "sign_in": slow_body("/admin/login/"),
        "offers": slow_body("/api/v1/offers", KEY),
        "long": slow_body("/api/v1/events", KEY, 2_000_000),
        "headers": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        "idle": b"",
    }[attack]

    def attacked() -> float:
        with Crowd(live.port, [beginning] * SLOW, byte=b"" if attack == "idle" else b" "):
            assert live.request("GET", "/livez").status == 200
            assert live.request("GET", "/readyz").status == 200
            assert live.request("GET", "/admin/login/").status == 200
            return live.offers_p95()

    ratios = hold(attacked, live.offers_p95, factor=FACTOR)

    assert ratios[-1] <= FACTOR, ratios


def test_server__slow_body__gets_408_and_its_connection_is_closed(live: LiveServer) -> None:
    with Crowd(live.port, [slow_body("/api/v1/offers", KEY), slow_body("/admin/login/")]) as crowd:
        wait_until(lambda: crowd.open_count() == 0, otherwise=live.program.log)

    assert crowd.received(0).startswith(b"HTTP/1.1 408 ")
    assert b'"code":"body_too_slow"' in crowd.received(0)
    assert crowd.received(1).startswith(b"HTTP/1.1 408 ")
    assert b"<h1>" in crowd.received(1)


def test_server__slow_headers_and_idle_connections__are_closed(live: LiveServer) -> None:
    beginnings = [b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b""]

    with Crowd(live.port, beginnings, byte=b"") as crowd:
        wait_until(lambda: crowd.open_count() == 0, otherwise=live.program.log)


def test_server__a_thousand_idle_connections__offers_are_served(live: LiveServer) -> None:
    with Crowd(live.port, [b""] * 1500, byte=b""):
        assert live.offers().status == 200
