"""Price a cart as a quote does where what is left of budgets and gifts may not suffice."""

from collections.abc import Collection

from engine.decision.context import Context
from engine.pricing import Cart, PricedCart, price_cart
from engine.pricing.settle import Limits, gifts_out_of_stock, settle


def price_within_limits(context: Context, cart: Cart, among: Collection[int]) -> PricedCart:
    """Return the price of the cart under those of the offers `among`, open to it, of which enough is left."""
    snapshot, table = context.snapshot, context.snapshot.pricing
    found = ((offer, snapshot.conditions.limits.limits_of(offer)) for offer in among)
    limits = Limits({offer: one for offer, one in found if one is not None}, snapshot.used, context.own_uses)

    def price(cart: Cart) -> PricedCart:
        return price_cart(cart=cart, offers=table.index, rules=table.timeless_rules, among=among)

    def sold_out(priced: PricedCart) -> set[int]:
        return gifts_out_of_stock(priced, snapshot.gates.sets.gift_stock)

    return settle(cart=cart, price=price, spent=limits.spent, sold_out=sold_out)[1]
