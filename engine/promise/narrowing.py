"""Cut an offer's terms to what they say about one cart: a quote need not keep the catalogue.

An upgrade may lead to thousands of products, and a bundle offer may hold every bundle of the shop. Only the
products of the cart matter to its price, and to the price of what remains of it after a return.
"""

from msgspec.structs import replace

from engine.pricing import Cart, PricingOffer


def products_of(cart: Cart) -> frozenset[int]:
    """Return all products that are in the cart or come in by acceptance, options included."""
    held = {line.product.id for line in cart.lines}
    held |= {option.product.id for line in cart.lines for option in line.options}
    return frozenset(held | {taken.product.id for taken in cart.accepted})


def narrowed(offer: PricingOffer, products: frozenset[int]) -> PricingOffer:
    """Return the offer without what it says about other products. A cart of these costs the same."""
    return replace(offer, terms=offer.terms.narrowed(products))
