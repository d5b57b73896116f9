"""Clients that send slowly, or nothing, take no thread: all others are served as usual."""

import pytest

from tests.support.live import KEY, Crowd, LiveServer, hold
from tests.support.servers import wait_until

pytestmark = pytest.mark.xdist_group("live")

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


SLOW_HEADERS = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
IDLE = b""


@pytest.mark.served
@pytest.mark.alone
def test_server__64_slow_connections_of_each_kind__offers_and_probes_are_as_quick(live: LiveServer) -> None:
    sending = [
        slow_body("/admin/login/"),
        slow_body("/api/v1/offers", KEY),
        slow_body("/api/v1/events", KEY, 2_000_000),
        SLOW_HEADERS,
    ]

    def attacked() -> float:
        with Crowd(live.port, sending * SLOW), Crowd(live.port, [IDLE] * SLOW, byte=b""):
            for path in ("/livez", "/readyz", "/admin/login/"):
                assert live.request("GET", path).status == 200
            return live.offers_p95()

    ratios = hold(attacked, live.offers_p95, factor=FACTOR)

    assert ratios[-1] <= FACTOR, ratios


@pytest.mark.served
def test_server__slow_and_idle_connections__are_closed_and_slow_bodies_get_408(live: LiveServer) -> None:
    bodies = [slow_body("/api/v1/offers", KEY), slow_body("/admin/login/")]

    with Crowd(live.port, bodies) as senders, Crowd(live.port, [SLOW_HEADERS, IDLE], byte=b"") as others:
        wait_until(lambda: senders.open_count() + others.open_count() == 0, otherwise=live.program.log)

    assert all(senders.received(place).startswith(b"HTTP/1.1 408 ") for place in range(2))
    assert b'"code":"body_too_slow"' in senders.received(0)
    assert b"<h1>" in senders.received(1)


def test_server__a_thousand_idle_connections__offers_are_served(live: LiveServer) -> None:
    with Crowd(live.port, [IDLE] * 1500, byte=b""):
        assert live.offers().status == 200
