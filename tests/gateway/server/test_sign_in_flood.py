"""Many clients that guess passwords: hashing takes only the processor time that offers leave."""

import http.client
import re
import threading
from collections import Counter
from typing import Self
from urllib.parse import urlencode

import pytest

from launch.programs import LOOPBACK
from tests.support.live import LiveServer, hold

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]

CLIENTS = 16
FACTOR = 1.5


class Guessers:
    """Clients that send one wrong password after another, each for another name and address."""

    def __init__(self, live: LiveServer) -> None:
        self._live = live
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._guess, args=(number,)) for number in range(CLIENTS)]
        self.statuses: Counter[int] = Counter()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _guess(self, number: int) -> None:
        page = self._live.request("GET", "/admin/login/")
        cookie = page.headers["set-cookie"].partition(";")[0]
        found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
        assert found is not None
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection(LOOPBACK, self._live.port, timeout=60)
        attempt = 0
        while not self._ended.is_set():
            attempt += 1
            name, address = f"n-{number}-{attempt}", f"10.{number}.0.{attempt}"
            form = {"csrfmiddlewaretoken": found[1].decode(), "username": name, "password": "x"}
            sent = headers | {"X-Forwarded-For": address}
            connection.request("POST", "/admin/login/", urlencode(form), sent)
            response = connection.getresponse()
            response.read()
            self.statuses[response.status] += 1
        connection.close()


@pytest.mark.parametrize(
    "live_environment", [{"AWASE_TRUSTED_PROXIES": "1"}, {}], ids=["spread", "one address"], scope="module"
)
def test_server__16_clients_with_wrong_passwords__offers_are_as_quick(live: LiveServer) -> None:
    statuses: Counter[int] = Counter()

    def guessed() -> float:
        with Guessers(live) as guessers:
            seconds = live.offers_p95(2.0)
        statuses.update(guessers.statuses)
        return seconds

    ratios = hold(guessed, live.offers_p95, factor=FACTOR)

    assert set(statuses) <= {200, 429, 503}, statuses
    assert ratios[-1] <= FACTOR, ratios
