"""The rate of a publishable key is shared by its visitors: none of them uses up that of the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from engine.snapshot.writer import write_snapshot
from gateway.services.key_ring import KeyEntry, KeyRingFile, digest_of
from tests.support.api_cast import shop_data
from tests.support.live import LiveServer, Reply, live_server

KEY, EXPOSED = "pk_live", "sk_live_in_an_address"
RATE, SHARE = 1000, 3
MANY = 50
URL = "/api/v1/offers?placement=cart"

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("live")]


@contextmanager
def shop(folder: Path, *, proxies: int) -> Iterator[LiveServer]:
    """Run the server, with a publishable key, behind this number of proxies."""
    write_snapshot(data=shop_data(), directory=folder / "snapshot")
    page = KeyEntry(2, digest_of(KEY), "publishable", frozenset(), RATE, SHARE)
    KeyRingFile(folder / "snapshot" / "keys.json").write([page])
    with live_server(folder, AWASE_TRUSTED_PROXIES=str(proxies)) as server:
        yield server


def visit(server: LiveServer, forwarded: str) -> Reply:
    headers = {"Authorization": f"Bearer {KEY}", "X-Forwarded-For": forwarded}
    return server.request("GET", URL, headers=headers)


def test_visitor__who_uses_up_their_share__takes_nothing_from_others(
    tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    del django_db_setup
    with django_db_blocker.unblock(), shop(tmp_path, proxies=1) as server:
        # Whatever a visitor claims comes before the address that the proxy saw.
        flood = [visit(server, f"10.0.0.{number}, 203.0.113.7") for number in range(MANY)]
        networks = [visit(server, f"2001:db8:0:1::{number}") for number in range(1, MANY)]
        others = [visit(server, f"198.51.100.{number}") for number in range(MANY)]

    for one_visitor in (flood, networks):
        statuses = [reply.status for reply in one_visitor]
        assert statuses[:SHARE] == [200] * SHARE
        assert statuses.count(429) > MANY // 2
    refused = next(reply for reply in flood if reply.status == 429)
    assert refused.json()["code"] == "rate_limited"
    assert "203.0.113.7 is limited to 3 requests per minute" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) >= 1
    assert "key" not in refused.headers["ratelimit"]
    assert {reply.status for reply in others} == {200}
    assert others[0].headers["ratelimit-policy"] == f'"visitor";q={SHARE};w=60, "key";q={RATE};w=60'


def test_visitor__no_trusted_proxy__forged_addresses_change_nothing_and_no_secret_is_logged(
    tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    del django_db_setup
    with django_db_blocker.unblock(), shop(tmp_path, proxies=0) as server:
        statuses = [visit(server, f"198.51.100.{number}").status for number in range(MANY)]
        exposed = server.request("GET", f"{URL}&key={EXPOSED}")
        log = server.program.log()

    assert statuses[:SHARE] == [200] * SHARE
    assert statuses.count(429) > MANY // 2
    assert (exposed.status, exposed.json()["code"]) == (403, "secret_key_exposed")
    assert EXPOSED not in exposed.body.decode()
    assert "/api/v1/offers" in log
    assert EXPOSED not in log
