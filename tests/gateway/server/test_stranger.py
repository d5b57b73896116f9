"""A stranger's declines on the server as shipped: the customer still gets the offer."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from engine.snapshot.writer import write_snapshot
from offers.models import Customer, Event, PersonLedger
from tests.offers.api.test_ownership import MANY, attempts, codes_of, shown_to
from tests.support.api_cast import SHOP_ORIGIN, caller, shop_data
from tests.support.live import LiveServer, live_server
from tests.support.refusals import refused_by

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


class LiveClient(Client):
    """Sends the calls of a `Caller` to a running server."""

    def __init__(self, server: LiveServer) -> None:
        super().__init__()
        self._server = server

    def generic(  # type: ignore[override] # only what a `Caller` sends
        self, method: str, path: str, data: Any = b"", content_type: str = "", **more: Any
    ) -> HttpResponse:
        """Send one request."""
        reply = self._server.request(method, path, data, more["headers"] | {"Content-Type": content_type})
        return HttpResponse(reply.body, status=reply.status)


def test_server__500_declines_by_a_stranger__customer_333_still_gets_the_offer(
    tmp_path: Path, snapshot_dir: Path, settings: Settings
) -> None:
    write_snapshot(data=shop_data(), directory=snapshot_dir)
    page = caller("publishable", (SHOP_ORIGIN,))
    own = {"customer_token": page.token("333")}
    Customer.objects.create(external_id="333")

    with live_server(tmp_path, SECRET_KEY=settings.SECRET_KEY) as server:
        page.client = LiveClient(server)
        before = shown_to(page, **own)
        codes = codes_of(page, *attempts(page))
        untouched = (Event.objects.count(), PersonLedger.objects.count())
        after = shown_to(page, **own)
        own_codes = codes_of(page, before | own)

    assert (len(codes), untouched) == (MANY, (0, 0))
    assert after["offer"] == before["offer"]
    assert own_codes == []
    assert refused_by("333", now()).offers == {before["offer"]}
