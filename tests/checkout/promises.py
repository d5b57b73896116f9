"""Quotes for tests of redemption: one product and any number of offers that apply."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from catalog.models import Product
from checkout.models import OfferUsage, Quote, Redemption
from checkout.services.quote_id import QuoteId, issue_quote_id, new_public_id
from checkout.services.redemption import RedemptionError, reserve_quote
from engine.pricing import (
    EVERYTHING,
    Benefit,
    Cart,
    Gift,
    OfferIndex,
    PricingCartLine,
    PricingLane,
    PricingOffer,
    PricingProduct,
    Rules,
    price_cart,
)
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.promise.frozen_quote import AskedLine, FrozenCode, FrozenOffer, FrozenQuote, freeze
from offers.models import Customer, Offer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
# When a reservation at noon expires.
OVERDUE = NOON + timedelta(minutes=15)
RULES = Rules(lanes=(PricingLane("line", "stack"), PricingLane("bundle"), PricingLane("cart", "stack")))


def sell(sku: str = "bread", **columns: Any) -> Product:
    return Product.objects.create(
        **{"sku": sku, "name": sku.title(), "price_minor": 1000, "currency": "JPY", **columns}
    )


def propose(code: str = "ten-off", **columns: Any) -> Offer:
    """Create an offer of 10 yen off."""
    return Offer.objects.create(
        code=code,
        name=code,
        kind="cross_sell",
        **{"currency": "JPY", "benefit_kind": "amount", "benefit_value": 10, **columns},
    )


def promise(
    product: Product,
    *offers: Offer,
    quantity: int = 1,
    gifts: Mapping[int, Product] = {},
    customer: Customer | None = None,
    expires_at: datetime = LATER,
    codes: Mapping[int, Offer] = {},
) -> str:
    """Store a quote in which each offer takes 10 yen, or gives its gift; return its signed id.

    `codes` are the offers that generated codes opened, by the keys of these.
    """
    goods = PricingProduct(product.pk, product.price_minor)
    priced_by = [_terms_of(offer, gifts.get(offer.pk)) for offer in offers]
    cart = Cart((PricingCartLine(goods, quantity),))
    priced = price_cart(cart=cart, offers=OfferIndex(priced_by), rules=RULES)
    assert all(priced.outcome_of(offer.pk).status == "applied" for offer in offers)
    frozen = FrozenQuote(
        cart=cart,
        rules=RULES,
        offers=tuple(
            FrozenOffer(terms, offer.code, offer.version, "keep")
            for terms, offer in zip(priced_by, offers, strict=True)
        ),
        priced=priced,
        asked=(AskedLine(product.sku, quantity),),
        skus={product.pk: product.sku} | {gift.pk: gift.sku for gift in gifts.values()},
        codes=tuple(FrozenCode(code, offer.pk) for code, offer in codes.items()),
    )
    quote = Quote.objects.create(
        public_id=new_public_id(),
        customer=customer,
        currency="JPY",
        list_minor=priced.list_minor,
        discount_minor=priced.discount_minor,
        total_minor=priced.total_minor,
        gross_minor=priced.gross_minor,
        content=freeze(frozen),
        created_at=expires_at - timedelta(hours=1),
        expires_at=expires_at,
    )
    return issue_quote_id(QuoteId(quote.public_id, int(expires_at.timestamp())))


def _terms_of(offer: Offer, gift: Product | None) -> PricingOffer:
    if gift is None:
        return PricingOffer(id=offer.pk, terms=CrossSellTerms(EVERYTHING, Benefit("amount", 10)))
    given = Gift(PricingProduct(gift.pk, gift.price_minor))
    return PricingOffer(id=offer.pk, terms=ThresholdTerms("quantity", 1, gift=given), lane="cart")


def reserve(quote_id: str, at: object = NOON) -> Redemption:
    return reserve_quote(quote_id=quote_id, cart=None, at=at)  # type: ignore[arg-type]


def refusal(call: Callable[[], object]) -> RedemptionError:
    with pytest.raises(RedemptionError) as raised:
        call()
    return raised.value


def used(code: str = "ten-off") -> tuple[int, int]:
    return OfferUsage.objects.values_list("used_count", "spent_minor").get(offer__code=code)
