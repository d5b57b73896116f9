"""Quotes without a database: priced by the core and frozen as the service freezes them."""

from collections.abc import Mapping

from engine.pricing import Cart, OfferIndex, PricingOffer, Rules, price_cart
from engine.promise.frozen_quote import FrozenOffer, FrozenQuote, settled_cart
from engine.promise.narrowing import narrowed, products_of
from engine.promise.refunds import balance_of


def quote_of(cart: Cart, offers: list[PricingOffer], by: Rules = Rules()) -> FrozenQuote:  # noqa: B008 (frozen)
    """Price the cart and keep what priced it, as a quote does."""
    index = OfferIndex(offers)
    priced = price_cart(cart=cart, offers=index, rules=by)
    applied = {offer for offer, outcome in priced.outcomes.items() if outcome.status == "applied"}
    cart = settled_cart(cart, priced)
    accepted = {one.offer for one in cart.accepted} - applied
    held = products_of(cart)
    return FrozenQuote(
        cart=cart,
        rules=by,
        offers=tuple(
            FrozenOffer(narrowed(index.by_id[n], held), f"o{n}", 1, "keep") for n in sorted(applied)
        ),
        priced=priced,
        asked=(),
        skus={},
        bystanders=tuple(
            narrowed(index.by_id[n], held) for n in sorted(accepted) if n in index.by_acceptance
        ),
    )


def owed(quote: FrozenQuote, returned: Mapping[int, int]) -> tuple[int, int]:
    """Return what is owed if all offers are kept, and if all are clawed back."""
    balance = balance_of(quote=quote, returned=returned)
    return balance.keep_minor, balance.owed_minor(lambda _offer: True)
