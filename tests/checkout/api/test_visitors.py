"""`visitor` in requests and events: what a visitor declines holds, and passes to the customer at login."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offers.models import Customer, PersonLedger
from tests.support.api_cast import Caller, Cast, body_of

pytestmark = pytest.mark.usefixtures("shop")

OFFERS = "/api/v1/offers"
CART = {"placement": "cart", "cart": [{"sku": "bread"}]}


def shown(who: Caller, **more: Any) -> list[str]:
    return [one["offer"] for one in body_of(who.post(OFFERS, CART | more))["offers"]]


def report(who: Caller, decided: Any, event_id: str, **more: Any) -> None:
    event = {"decision_id": decided["decision_id"], "offer": "goes-with-it", "position": 1} | more
    answer = body_of(who.post("/api/v1/events", {"events": [event | {"event_id": event_id}]}))
    assert answer == {"accepted": 1, "duplicates": 0, "rejected": []}


def decline(who: Caller, visitor: str) -> Any:
    """Let a visitor decline; return the decision."""
    decided = body_of(who.post(OFFERS, CART | {"visitor": visitor}))
    report(who, decided, "e-1", type="decline", visitor=visitor)
    return decided


def test_visitor__declines_before_login__hold_and_pass_to_the_customer_with_the_first_event(
    cast: Cast,
) -> None:
    decided = decline(cast.page, "v-1")
    assert shown(cast.page, visitor="v-1") == []
    assert shown(cast.page, visitor="v-2") == ["goes-with-it"]
    token = {"customer_token": cast.page.token("c-1")}

    # The request names both and writes nothing; the event links them.
    assert shown(cast.page, visitor="v-1", **token) == []
    assert not Customer.objects.exists()
    report(cast.page, decided, "e-2", type="impression", visitor="v-1", **token)

    assert PersonLedger.objects.get().customer == Customer.objects.get(external_id="c-1")
    assert shown(cast.server, customer="c-1") == []


def test_visitor__linked_by_the_merge_call__passes_everything_once(cast: Cast) -> None:
    decline(cast.page, "v-1")

    linked = [
        body_of(cast.server.post("/api/v1/customers/c-1/merge", {"visitor": "v-1"}))["outcome"]
        for _ in range(2)
    ]

    assert linked == ["merged", "unchanged"]
    assert shown(cast.server, customer="c-1") == []
    assert PersonLedger.objects.get().customer == Customer.objects.get(external_id="c-1")
    both = cast.server.post("/api/v1/customers/c-1/merge", {"visitor": "v-1", "from": "c-2"})
    assert body_of(both)["errors"][0]["pointer"] == "/visitor"


def test_offers__of_a_known_customer_and_a_visitor__take_one_query(cast: Cast) -> None:
    Customer.objects.create(external_id="c-1")
    decline(cast.page, "v-1")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert shown(cast.server, customer="c-1", visitor="v-1") == []

    reads = [query["sql"] for query in queries if "offers_customer" in query["sql"]]
    assert len(reads) == 1
    assert not any("INSERT" in query["sql"] or "UPDATE" in query["sql"] for query in queries)
