"""What is used up by orders is no longer proposed, within seconds and without a new snapshot."""

from typing import Any

import pytest
from django.utils.timezone import now

from checkout.services.counters import publish_counters
from checkout.services.quote import QuoteLine, QuoteRequest, price_quote
from checkout.services.redemption import reserve_quote
from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.promise.frozen_quote import AskedLine
from offers.services.serving import serving_snapshot
from tests.offers.market import butter_with_bread, publish, stock_shop

pytestmark = pytest.mark.django_db


def proposed() -> list[str]:
    """Return the products that are proposed with bread."""
    snapshot = serving_snapshot()
    assert snapshot is not None
    request = DecisionRequest(
        "cart", int(now().timestamp()), (CartItem("bread", 1),), customer=KnownCustomer()
    )
    decision = decide(snapshot=snapshot, request=request)
    return [product.sku for proposal in decision.proposals for product in proposal.products]


def redeem(customer: str) -> None:
    snapshot = serving_snapshot()
    assert snapshot is not None
    cart = tuple(QuoteLine(asked=AskedLine(sku, 1)) for sku in ("bread", "butter"))
    quote = price_quote(
        request=QuoteRequest(cart=cart, customer=customer), snapshot=snapshot, key_id=None, at=now()
    )
    reserve_quote(quote_id=quote.quote_id, cart=None, at=now())


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
