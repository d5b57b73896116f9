"""What a page of another origin sends without a preflight, in a real browser."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.utils.timezone import now
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gateway.api import views
from gateway.api.authentication import is_preflight
from gateway.services.key import create_key
from offers.models import Event
from tests.browser.conftest import browsing
from tests.support.api_cast import Caller, shop
from tests.support.refusals import refused_by
from tests.support.servers import wait_until

__all__ = ["shop"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]

LOOK = """async ({ api, key }) => {
  const answer = await (await fetch(`${api}offers?placement=product_page&product=bread&key=${key}`)).json();
  return { decision_id: answer.decision_id, offer: answer.offers[0].offer, position: 1 };
}"""
BEACON = "({ api, body }) => navigator.sendBeacon(`${api}events`, JSON.stringify(body))"
KEEPALIVE = """async ({ api, body }) => {
  const sent = { method: "POST", keepalive: true, body: JSON.stringify(body) };
  return (await (await fetch(`${api}events`, sent)).json()).accepted;
}"""
WITH_HEADER = """async ({ api, key }) => {
  const headers = { Authorization: `Bearer ${key}` };
  return (await fetch(`${api}offers?placement=cart`, { headers })).status;
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def storefront(tmp_path: Path) -> Iterator[str]:
    """Serve an empty page on another origin; return it."""
    folder = tmp_path / "storefront"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Storefront</title>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def preflights(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the paths of the preflights that the server gets."""
    paths: list[str] = []

    def recorded(request: HttpRequest) -> bool:
        if is_preflight(request):
            paths.append(request.path)
        return is_preflight(request)

    monkeypatch.setattr(views, "is_preflight", recorded)
    return paths


@pytest.mark.usefixtures("shop")
def test_page_of_another_origin__offers_and_beacons__need_no_preflight(
    chromium: Browser, live_server: LiveServer, storefront: str, preflights: list[str]
) -> None:
    row, key = create_key(name="page", kind="publishable", origins=[storefront])
    api = f"{live_server.url}/api/v1/"
    token = Caller(key, row).token("333")

    with browsing(chromium, live_server, {"width": 375, "height": 800}, "en-US") as context:
        page = context.new_page()
        page.goto(storefront)
        shown = page.evaluate(LOOK, {"api": api, "key": key})
        click = shown | {"event_id": "click", "type": "click"}
        decline = shown | {"event_id": "decline", "type": "decline", "customer_token": token}
        is_sent = page.evaluate(BEACON, {"api": api, "body": {"key": key, "events": [click]}})
        accepted = page.evaluate(KEEPALIVE, {"api": api, "body": {"key": key, "events": [decline]}})
        wait_until(lambda: Event.objects.count() == 2, otherwise=lambda: "The beacon did not arrive.")
        without = list(preflights)
        status = page.evaluate(WITH_HEADER, {"api": api, "key": key})

    assert (is_sent, accepted, without) == (True, 1, [])
    assert refused_by("333", now()).offers == {shown["offer"]}
    # With a header, the same browser asks first.
    assert (status, preflights) == (200, ["/api/v1/offers"])
