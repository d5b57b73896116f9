"""Price a cart until the price no longer changes what it depends on: exchanges and limits."""

from msgspec.structs import replace

from checkout.services.quote.acceptance import Accepted, undo_exchanges
from checkout.services.quote.basket import Basket
from checkout.services.quote.limits import gifts_sold_out, load_limits
from engine.pricing import Cart, PricedCart, Rules, price_cart
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
    """Price the cart without the offers whose limits it would exceed; return it with these, and its price.

    An offer whose uses are counted by customer is barred for an anonymous shopper.

    A gift that is sold out is left out, and its offer gives the rest. `exhausted` and `sold_out_gifts` only
    grow, and only by offers on this cart, so this ends. In the end no offer that applies is used up or takes
    more than is left of its budget.
    """
    priced = price_cart(cart=cart, offers=table.index, rules=rules)
    limits = load_limits(offers=[table.offers[offer] for offer in priced.outcomes], customer=customer)
    unnamed = set() if customer else limits.by_customer - cart.barred.keys()
    barred = {**cart.barred, **dict.fromkeys(unnamed, "customer_needed")}
    exhausted = cart.exhausted | limits.spent(priced)
    sold_out = cart.sold_out_gifts | gifts_sold_out(priced)
    while unnamed or (exhausted, sold_out) != (cart.exhausted, cart.sold_out_gifts):
        cart = replace(cart, exhausted=exhausted, barred=barred, sold_out_gifts=sold_out)
        unnamed = set()
        priced = price_cart(cart=cart, offers=table.index, rules=rules)
        exhausted |= limits.spent(priced)
        sold_out |= gifts_sold_out(priced)
    return cart, priced
