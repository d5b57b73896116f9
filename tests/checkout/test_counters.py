"""What is used up by orders is no longer proposed, within seconds and without a new snapshot."""

from typing import Any

import pytest
from django.utils.timezone import now

from checkout.services.counters import publish_counters
from checkout.services.quote import QuoteLine, QuoteRequest, price_quote
from checkout.services.redemption import release_quote, reserve_quote
from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest
from engine.promise.frozen_quote import AskedLine
from offers.services.customer import load_known_customer
from offers.services.serving import serving_snapshot, snapshot_store_at
from tests.offers.market import butter_with_bread, publish, stock_shop

pytestmark = pytest.mark.django_db


def proposed(customer: str | None = "c-9") -> list[str]:
    """Return the products that are proposed to the customer with bread."""
    snapshot_store_at.cache_clear()  # a store looks for new counters only now and then
    snapshot = serving_snapshot()
    assert snapshot is not None
    known = None if customer is None else load_known_customer(external_id=customer)
    request = DecisionRequest("cart", int(now().timestamp()), (CartItem("bread", 1),), customer=known)
    decision = decide(snapshot=snapshot, request=request)
    return [product.sku for proposal in decision.proposals for product in proposal.products]


def redeem(customer: str) -> str:
    snapshot = serving_snapshot()
    assert snapshot is not None
    cart = tuple(QuoteLine(asked=AskedLine(sku, 1)) for sku in ("bread", "butter"))
    quote = price_quote(
        request=QuoteRequest(cart=cart, customer=customer), snapshot=snapshot, key_id=None, at=now()
    )
    reserve_quote(quote_id=quote.quote_id, cart=None, at=now())
    return quote.quote_id


@pytest.mark.parametrize("limit", [{"usage_limit": 2}, {"budget_minor": 200}])
def test_offer__used_up_by_orders__is_not_proposed_any_more(
    limit: dict[str, Any], django_assert_num_queries: Any
) -> None:
    butter_with_bread(stock_shop(), **limit)
    publish()

    redeem("c-1")
    publish_counters()
    after_one = proposed()
    redeem("c-2")
    with django_assert_num_queries(1):
        publish_counters()

    assert (after_one, proposed()) == (["butter"], [])


def test_offer__used_by_a_customer__is_proposed_to_others_and_to_them_once_it_is_released() -> None:
    butter_with_bread(stock_shop(), customer_usage_limit=1)
    publish()

    quote_id = redeem("c-1")
    while_reserved = proposed("c-1"), proposed("c-2"), proposed(None)
    release_quote(quote_id=quote_id, at=now())

    assert while_reserved == ([], ["butter"], [])
    assert proposed("c-1") == ["butter"]


@pytest.mark.parametrize("is_allowed", [False, True])
def test_offer__limited_for_each_customer__is_shown_to_guests_as_it_is_charged(
    settings: Any, is_allowed: bool
) -> None:
    settings.AWASE_GUESTS_USE_CUSTOMER_LIMITS = is_allowed
    butter_with_bread(stock_shop(), customer_usage_limit=1)
    publish()
    snapshot = serving_snapshot()
    assert snapshot is not None

    cart = tuple(QuoteLine(asked=AskedLine(sku, 1)) for sku in ("bread", "butter"))
    quote = price_quote(request=QuoteRequest(cart=cart), snapshot=snapshot, key_id=None, at=now())

    assert bool(proposed(None)) == is_allowed
    assert quote.priced.discount_minor == (80 if is_allowed else 0)
