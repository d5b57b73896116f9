"""Price a cart until the price no longer changes what it depends on: exchanges and limits."""

from functools import partial

from msgspec.structs import replace

from checkout.services.quote.acceptance import Accepted, undo_exchanges
from checkout.services.quote.basket import Basket
from checkout.services.quote.limits import StoredLimits, gifts_sold_out
from engine.pricing import Cart, OfferIndex, PricedCart, Rules, price_cart
from engine.pricing.settle import settle
from engine.promise.frozen_quote import is_closed
from engine.snapshot.pricing import PricingTable


def price_with_exchanges(
    *, cart: Cart, basket: Basket, accepted: Accepted, rules: Rules, customer: str | None
) -> tuple[Cart, PricedCart]:
    """Price the cart with the exchanges of every accepted offer that is open to it; return both.

    Whether an offer is closed (expired, barred, used up) is known only once it was priced, and a closed one
    exchanges nothing. So the cart is priced with all exchanges, then again without those of the
    offers that were found closed.

    `closed` only grows, and only by accepted offers, so this ends. In the end no offer outside it is
    closed, and the units of the offers in it are as the request named them.
    """
    table = basket.snapshot.pricing
    closed: set[int] = set()
    while True:
        lines = undo_exchanges(lines=basket.lines, accepted=accepted, index=table.index, closed=closed)
        cart, priced = price_within_limits(
            cart=replace(cart, lines=lines), table=table, rules=rules, customer=customer
        )
        found = {taken.offer for taken in cart.accepted if is_closed(cart, priced, taken.offer)}
        if found <= closed:
            return cart, priced
        closed |= found


def price_within_limits(
    *, cart: Cart, table: PricingTable, rules: Rules, customer: str | None
) -> tuple[Cart, PricedCart]:
    """Price the cart without the offers whose limits it would exceed; return it with these, and its price."""
    price = partial(_price, table.index, rules)
    limits = StoredLimits(table.offers, customer)
    return settle(cart=cart, price=price, spent=limits.spent, sold_out=gifts_sold_out)


def _price(offers: OfferIndex, rules: Rules, cart: Cart) -> PricedCart:
    return price_cart(cart=cart, offers=offers, rules=rules)
