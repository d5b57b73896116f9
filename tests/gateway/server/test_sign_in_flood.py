"""Many clients that guess passwords take no threads from offers."""

import re
from urllib.parse import urlencode

import pytest

from tests.support.live import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]

CLIENTS, NAMES = 16, 20_000


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


@pytest.mark.parametrize(
    "live_environment", [{"AWASE_TRUSTED_PROXIES": "1"}, {}], ids=["spread", "one address"], scope="module"
)
def test_server__16_clients_with_wrong_passwords__offers_are_served(live: LiveServer) -> None:
    with live.busy(guesses(live), connections=CLIENTS) as guessers:
        offers = [live.offers() for _ in range(30)]

    load = guessers.finish()
    assert set(load.statuses) <= {"200", "429", "503"}, load
    assert load.failures == {}, load
    assert {reply.status for reply in offers} == {200}
