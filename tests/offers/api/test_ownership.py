"""Events are accepted only for the customer or the visitor that their decision was made for."""

import base64
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils.timezone import now

from offers.models import Customer, Event, PersonLedger
from offers.services.restraint.ledger import Person
from offers.services.restraint.refusals import lift_refusals
from offers.services.tokens import read_decision_token
from tests.support.api_cast import SHOP_ORIGIN, Caller, Cast, body_of, caller
from tests.support.refusals import refused_by

OFFERS, EVENTS = "/api/v1/offers", "/api/v1/events"
MANY = 500

pytestmark = pytest.mark.usefixtures("shop")


def shown_to(who: Caller, **fields: Any) -> dict[str, Any]:
    """Return the identity of the first offer of a decision, for events."""
    asked = {"placement": "cart", "cart": [{"sku": "bread"}], **fields}
    answer = body_of(who.post(OFFERS, asked))
    return {
        "decision_id": answer["decision_id"],
        "offer": answer["offers"][0]["offer"],
        "position": 1,
        "type": "decline",
    }


def codes_of(who: Caller, *events: dict[str, Any]) -> list[str]:
    """Report events; return the codes of those that are rejected."""
    numbered = [event | {"event_id": str(uuid4())} for event in events]
    return [one["code"] for one in body_of(who.post(EVENTS, {"events": numbered}))["rejected"]]


def attempts(page: Caller) -> Iterator[dict[str, Any]]:
    """Yield what a stranger with the publishable key of the shop can try, in turn, for customer 333."""
    careless = caller("publishable", (SHOP_ORIGIN,), customers_by_token=False)
    mine, other = page.token("stranger"), careless.token("333")
    as_guest, as_myself = shown_to(page), shown_to(page, customer_token=mine)
    cached = body_of(page.get(f"{OFFERS}?placement=product_page&product=bread"))
    from_cache = as_guest | {"decision_id": cached["decision_id"]}
    forged = mine.replace(f".{b'stranger'.hex()}.", f".{b'333'.hex()}.")
    for _ in range(MANY // 10):
        for decision in (as_guest, as_myself, from_cache):
            yield decision | {"customer": "333"}
            yield decision | {"customer_token": forged}
            yield decision | {"customer_token": other}
        yield as_guest | {"customer": "333", "customer_token": mine}


def test_events__500_declines_by_a_stranger__customer_333_still_gets_the_offer(cast: Cast) -> None:
    Customer.objects.create(external_id="333")
    own = {"customer_token": cast.page.token("333")}
    before = shown_to(cast.page, **own)
    events = list(attempts(cast.page))

    codes = codes_of(cast.page, *events)

    assert len(events) == len(codes) == MANY
    assert not Event.objects.exists()
    assert refused_by("333", now()).offers == frozenset()
    assert shown_to(cast.page, **own)["offer"] == before["offer"]
    assert list(Customer.objects.values_list("external_id", flat=True)) == ["333"]

    assert codes_of(cast.page, before | own) == []
    asked = {"placement": "cart", "cart": [{"sku": "bread"}], **own}
    assert body_of(cast.page.post(OFFERS, asked))["offers"] == []


def test_events__key_that_allows_names__decision_of_a_guest_declines_for_nobody(cast: Cast) -> None:
    Customer.objects.create(external_id="333")
    page = caller("publishable", (SHOP_ORIGIN,), customers_by_token=False)

    codes = codes_of(page, shown_to(page) | {"customer": "333"}, shown_to(page) | {"customer": "new"})

    assert codes == ["other_customer"] * 2
    assert codes_of(cast.server, shown_to(page, customer="1") | {"customer": "333"}) == ["other_customer"]
    assert not PersonLedger.objects.exclude(entries=b"").exists()


def test_events__customer_who_signs_in_after_the_decision__may_decline_it(cast: Cast) -> None:
    token = cast.page.token("333")
    cached = body_of(cast.page.get(f"{OFFERS}?placement=product_page&product=bread"))
    as_guest = shown_to(cast.page)

    codes = codes_of(
        cast.page,
        as_guest | {"customer_token": token},
        as_guest | {"decision_id": cached["decision_id"], "customer_token": token, "session": "s-1"},
    )

    assert codes == []
    assert refused_by("333", now()).offers == {"goes-with-it"}


def test_events__decision_of_a_customer__is_reported_with_that_customer_only(cast: Cast) -> None:
    own = {"customer_token": cast.page.token("333")}
    shown = shown_to(cast.page, **own)

    assert codes_of(cast.page, shown) == codes_of(cast.server, shown) == ["other_customer"]
    assert codes_of(cast.page, shown | own) == []
    assert refused_by("333", now()).offers == {"goes-with-it"}


def test_events__guest_declines_then_signs_in_and_declines_again__is_remembered(cast: Cast) -> None:
    own = {"customer_token": cast.page.token("333")}
    first, second = shown_to(cast.page), shown_to(cast.page)

    assert codes_of(cast.page, first) == codes_of(cast.page, first | own) == []
    # In one batch too.
    assert codes_of(cast.page, second, second | {"customer_token": cast.page.token("334")}) == []

    declined = {one.external_id: refused_by(one.external_id, now()).offers for one in Customer.objects.all()}
    assert declined == {"333": {"goes-with-it"}, "334": {"goes-with-it"}}
    assert Event.objects.counted().count() == 2


def test_events__decline_lifted_by_staff__a_repeat_does_not_bring_it_back(cast: Cast) -> None:
    own = {"customer_token": cast.page.token("333")}
    shown = shown_to(cast.page, **own)
    codes_of(cast.page, shown | own)
    lift_refusals(person=Person(Customer.objects.get().pk), subjects=[("offer", "goes-with-it")])

    assert codes_of(cast.page, shown | own) == []
    assert refused_by("333", now()).offers == frozenset()


def test_events__decision_of_a_session__is_reported_by_that_session_only(cast: Cast) -> None:
    shown = shown_to(cast.page, session="s-1")

    assert codes_of(cast.page, shown, shown | {"session": "s-2"}) == ["other_session"] * 2
    assert codes_of(cast.page, shown | {"session": "s-1"}) == []


def test_decision__of_a_customer__does_not_show_who_it_is(cast: Cast) -> None:
    first, again = (shown_to(cast.server, customer="customer-333") for _ in range(2))

    texts = [one["decision_id"] for one in (first, again)]
    assert all(b"333" not in base64.urlsafe_b64decode(text + "==") for text in texts)
    # The digests of two decisions cannot be compared either.
    assert len({read_decision_token(text, at=int(time.time())).customer for text in texts}) == 2
