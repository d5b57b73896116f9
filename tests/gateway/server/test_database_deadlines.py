"""A database that accepts and never answers holds nobody: real PostgreSQL behind a relay that goes silent."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.support.blackhole import Relay, relay
from tests.support.live import LiveServer, hold, live_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]

CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 6.0
# For a busy machine.
SLACK_SECONDS = 9.0
PRODUCT = {"sku": "new", "name": "New", "price": {"amount": "1", "currency": "JPY"}}

only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a server of its own")
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Relay]:
    """Relay to the PostgreSQL of the suite."""
    del django_db_setup
    with django_db_blocker.unblock():
        host, port = connection.settings_dict["HOST"], int(connection.settings_dict["PORT"] or 5432)
        host = host or connection.settings_dict["OPTIONS"].get("host", "127.0.0.1")
    with relay(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)) as opened:
        yield opened


@pytest.fixture(scope="module")
def relayed(live_folder: Path, database: Relay, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    """Run the server on the relay."""
    with django_db_blocker.unblock():
        values = connection.settings_dict
        user, password = (quote(str(values[key] or ""), safe="") for key in ("USER", "PASSWORD"))
        url = f"postgresql://{user}:{password}@127.0.0.1:{database.port}/{values['NAME']}"
        with live_server(live_folder, DATABASE_URL=url) as server:
            yield server


@pytest.fixture
def silent(relayed: LiveServer, database: Relay) -> Iterator[LiveServer]:
    """Let the database go silent while the server has open connections; let it answer again afterwards."""
    for _ in range(8):
        assert relayed.offers(customer="c-1").json()["notes"] == []
        assert relayed.call("/api/v1/products", {"products": [PRODUCT]}).status == 200
    database.swallows = True
    yield relayed
    database.swallows = False
    wait_until_used(relayed)


def wait_until_used(server: LiveServer) -> None:
    """Wait until ten decisions in a row knew the history, and as many writes were stored."""
    deadline, good = time.monotonic() + 60, 0
    while good < 10:
        written = server.call("/api/v1/products", {"products": [PRODUCT]}).status == 200
        good = good + 1 if written and not server.offers(customer="c-1").json()["notes"] else 0
        assert time.monotonic() < deadline


@only_postgresql
def test_offers__silent_database__are_decided_without_the_history_and_logged_once_a_fault(
    silent: LiveServer,
) -> None:
    replies = [silent.offers(customer=f"c-{number}") for number in range(30)]
    probes = [silent.request("GET", "/readyz") for _ in range(30)]

    assert {reply.status for reply in replies} == {200}
    assert all(reply.json()["offers"] for reply in replies)
    codes = {note["code"] for reply in replies for note in reply.json()["notes"]}
    assert codes == {"history_unavailable"}
    assert max(reply.seconds for reply in replies) <= CONNECT_SECONDS + SLACK_SECONDS
    assert {probe.status for probe in probes} == {503}
    log = silent.program.log()
    assert "Traceback" not in log
    lines = re.findall(r"without the history of shoppers: (.*)", log)
    # Two workers, and as many faults: no answer, no connection, nobody asked.
    assert 1 <= len(lines) <= 2 * len(set(lines)) <= 6, log


@only_postgresql
def test_calls__silent_database__get_503_in_time_and_then_at_once(silent: LiveServer) -> None:
    first = silent.call("/api/v1/products", {"products": [PRODUCT]})
    next_ones = [silent.call("/api/v1/products", {"products": [PRODUCT]}) for _ in range(20)]

    assert {reply.json()["code"] for reply in (first, *next_ones)} == {"database_unavailable"}
    assert first.seconds <= ANSWER_SECONDS + SLACK_SECONDS
    # Two workers try again every few seconds; all other calls are answered without asking.
    assert sorted(reply.seconds for reply in next_ones)[10] < CONNECT_SECONDS
    assert silent.request("GET", "/livez").status == 200
    assert silent.request("GET", "/readyz").status == 503


@only_postgresql
def test_server__database_answers_again__uses_it(silent: LiveServer, database: Relay) -> None:
    assert silent.offers(customer="c-1").json()["notes"]

    database.swallows = False

    wait_until_used(silent)


@only_postgresql
@pytest.mark.alone
def test_offers__silent_database__are_as_quick_as_ever(silent: LiveServer) -> None:
    # Now and then a call asks the database again, for as long as a measurement of one second.
    ratios = hold(lambda: silent.offers_p95(seconds=8.0, customer="c-1"), silent.offers_p95, factor=2.0)

    assert ratios[-1] <= 2.0, ratios


@only_sqlite
@pytest.mark.alone
def test_server__write_lock_held__offers_are_as_quick_and_probes_answer(live: LiveServer) -> None:
    def locked() -> float:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert live.call("/api/v1/products", {"products": [PRODUCT]}).status == 503
            assert live.request("GET", "/readyz").status == 200
            assert live.offers(customer="c-1").json()["notes"] == []
            seconds = live.offers_p95(customer="c-1")
            other.execute("ROLLBACK")
        return seconds

    ratios = hold(locked, lambda: live.offers_p95(customer="c-1"), factor=2.0)

    assert ratios[-1] <= 2.0, ratios
