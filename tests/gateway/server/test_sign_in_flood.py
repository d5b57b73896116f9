"""Many clients that guess passwords take no threads from offers."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.services.hashing import QuietPasswordHasher
from gateway.server.pools import SIZES
from gateway.services.sign_in import DEVICE_COOKIE, issue_device
from tests.support.live import ATTEMPTS, LiveServer, live_server
from tests.support.servers import wait_until

pytestmark = pytest.mark.xdist_group("live")

CLIENTS, NAMES = 16, 20_000
FACTOR, ROUNDS = 1.5, 3
# More than there are places, in both workers.
FULL = 3 * SIZES["sign_in"].places


def guesses(live: LiveServer, numbers: Iterable[int] = range(NAMES), password: str = "x") -> list[str]:
    """Return attempts to sign in with one password, each with another name and from another address."""
    page = live.request("GET", "/admin/login/")
    cookie = page.headers["set-cookie"].partition(";")[0]
    found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
    assert found is not None
    return [
        _guess(
            cookie,
            {"csrfmiddlewaretoken": found[1].decode(), "username": f"n-{number}", "password": password},
        )
        for number in numbers
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


@pytest.mark.django_db(transaction=True)
def test_server__queue_full_of_guesses__who_signed_in_before_still_can(behind_a_proxy: LiveServer) -> None:
    live = behind_a_proxy
    password = make_password("right", hasher=QuietPasswordHasher())
    User.objects.create(username="n-0", password=password, is_staff=True)
    (attempt,) = guesses(live, [0], "right")
    known = attempt.replace("Cookie: ", f"Cookie: {DEVICE_COOKIE}={issue_device('n-0')}; ")

    with live.busy(guesses(live), connections=FULL):
        wait_until(lambda: b" 503 " in live.raw(attempt.encode()), otherwise=live.program.log)
        answer = live.raw(known.encode())

    assert answer.startswith(b"HTTP/1.1 302 "), answer


@pytest.mark.served
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
