"""Many clients that guess passwords take no threads from offers."""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import pytest
from pytest_django import DjangoDbBlocker

from tests.support.live import ATTEMPTS, LiveServer, live_server

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("live")]

CLIENTS, NAMES = 16, 20_000
FACTOR, ROUNDS = 1.5, 3


def guesses(live: LiveServer) -> list[str]:
    """Return attempts to sign in with a wrong password, each with another name and from another address."""
    page = live.request("GET", "/admin/login/")
    cookie = page.headers["set-cookie"].partition(";")[0]
    found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
    assert found is not None
    return [
        _guess(cookie, {"csrfmiddlewaretoken": found[1].decode(), "username": f"n-{number}", "password": "x"})
        for number in range(NAMES)
    ]


def _guess(cookie: str, form: dict[str, str]) -> str:
    body, number = urlencode(form), int(form["username"][2:])
    lines = (
        "POST /admin/login/ HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {cookie}",
        f"X-Forwarded-For: 10.{number // 65_536}.{number // 256 % 256}.{number % 256}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines) + "\r\n\r\n" + body


@pytest.fixture(scope="module")
def behind_a_proxy(
    live_folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveServer]:
    """Run a server that believes the addresses in X-Forwarded-For."""
    del django_db_setup
    with django_db_blocker.unblock(), live_server(live_folder, AWASE_TRUSTED_PROXIES="1") as server:
        yield server


@pytest.mark.parametrize("server", ["behind_a_proxy", "live"], ids=["spread", "one address"])
def test_server__16_clients_with_wrong_passwords__offers_are_served(
    server: str, request: pytest.FixtureRequest
) -> None:
    live: LiveServer = request.getfixturevalue(server)

    with live.busy(guesses(live), connections=CLIENTS) as guessers:
        offers = [live.offers() for _ in range(30)]

    load = guessers.finish()
    assert set(load.statuses) <= {"200", "429", "503"}, load
    assert load.failures == {}, load
    assert {reply.status for reply in offers} == {200}


@pytest.mark.alone
def test_server__16_clients_with_wrong_passwords__offers_take_at_most_one_and_a_half_times_as_long(
    behind_a_proxy: LiveServer,
) -> None:
    live, alone, attacked = behind_a_proxy, list[float](), list[float]()
    attempts = guesses(live)

    # Other programs slow some rounds down, never all: the medians tell.
    while len(alone) < ROUNDS or (_ratio(attacked, alone) > FACTOR and len(alone) < ROUNDS + ATTEMPTS):
        alone.append(live.offers_p95())
        with live.busy(attempts, connections=CLIENTS):
            attacked.append(live.offers_p95(2.0))

    assert _ratio(attacked, alone) <= FACTOR, (attacked, alone)


def _ratio(attacked: list[float], alone: list[float]) -> float:
    return median(attacked) / median(alone)
