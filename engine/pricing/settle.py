"""Price a cart until what is left of limits and gifts suffices for what its offers give."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from engine.conditions import UsageLimits
from engine.conditions.circumstances import Used
from engine.conditions.limits import UNUSED
from engine.pricing.answer import PricedCart
from engine.pricing.cart import Cart

OffersOf = Callable[[PricedCart], set[int]]


class Limits(Struct):
    """The limits of some offers by primary key, and what is used of them, in total and by the customer."""

    limits: Mapping[int, UsageLimits]
    used: Mapping[int, Used]
    own_uses: Mapping[int, int]

    def spent(self, priced: PricedCart) -> set[int]:
        """Return the offers that are used up, or have less left than this cart would take."""
        spent = set()
        for offer, limits in self.limits.items():
            outcome = priced.outcome_of(offer)
            discount_minor = outcome.discount_minor if outcome.status == "applied" else 0
            used, own_uses = self.used.get(offer, UNUSED), self.own_uses.get(offer, 0)
            if not limits.allows(used, own_uses, discount_minor):
                spent.add(offer)
        return spent


def settle(
    *,
    cart: Cart,
    price: Callable[[Cart], PricedCart],
    spent: OffersOf,
    sold_out: OffersOf,
) -> tuple[Cart, PricedCart]:
    """Price the cart without the offers whose limits it would exceed; return it with these, and its price.

    `spent` and `sold_out` return the offers of a priced cart that have too little left, and those whose gift
    is out of stock. Such a gift is left out, and its offer gives the rest. What they return only adds up, and
    only by offers on this cart, so this ends. In the end no offer that applies is used up or takes more than
    is left of its budget.
    """
    priced = price(cart)
    while True:
        exhausted = cart.exhausted | spent(priced)
        sold_out_gifts = cart.sold_out_gifts | sold_out(priced)
        if (exhausted, sold_out_gifts) == (cart.exhausted, cart.sold_out_gifts):
            return cart, priced
        cart = replace(cart, exhausted=exhausted, sold_out_gifts=sold_out_gifts)
        priced = price(cart)


def gifts_out_of_stock(priced: PricedCart, stock: Mapping[int, int | None]) -> set[int]:
    """Return the offers whose gift is out of stock; lines take from it in their order.

    `stock` has the units of each gift, by product; None is as many as are wanted.
    """
    taken: dict[int, int] = {}
    lacking = set()
    for line in priced.lines:
        if line.gift_of is None:
            continue
        left, wanted = stock.get(line.product, 0), taken.get(line.product, 0) + line.quantity
        if left is not None and left < wanted:
            lacking.add(line.gift_of)
        else:
            taken[line.product] = wanted
    return lacking
