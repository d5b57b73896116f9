"""Price a cart: which offers apply, and what every unit costs."""

from engine.pricing.answer import PricedCart
from engine.pricing.assemble import first_board, outcomes_of, priced_lines
from engine.pricing.cart import Cart
from engine.pricing.index import OfferIndex
from engine.pricing.lanes import Lanes
from engine.pricing.lines import canonical_lines
from engine.pricing.offer import Rules
from engine.pricing.screen import closed, screen


def price_cart(*, cart: Cart, offers: OfferIndex, rules: Rules) -> PricedCart:
    """Return every line's price and every offer's outcome, in the cart's minor units.

    The answer depends on what is in the cart, not on the order or the steps in which it came there,
    nor on the order of the offers in memory. An empty cart costs nothing. Raises ValueError for a line
    without units and for a product that comes with two sets of facts.
    """
    taken = {one.offer for one in cart.accepted if one.offer in offers.by_acceptance} if cart.accepted else ()
    accepted = {
        offer: offers.by_acceptance[offer]
        for offer in taken
        if closed(offers.by_acceptance[offer], cart, rules) is None
    }
    lines = canonical_lines(cart, accepted)
    outcomes, asked = screen(offers, offers.match(lines, taken), lines, cart, rules)
    course = Lanes(rules.lanes, lines, offers.excludes, asked, tax_included=cart.tax_included).run(
        first_board(lines)
    )
    priced = priced_lines(lines, course, cart, rules)
    outcomes.update(outcomes_of(lines, priced, course))
    return PricedCart(
        lines=priced,
        outcomes=outcomes,
        list_minor=sum([line.list_minor for line in priced]),
        discount_minor=sum([line.discount_minor for line in priced]),
        total_minor=sum([line.total_minor for line in priced]),
        net_minor=sum([line.net_minor for line in priced]),
        tax_minor=sum([line.tax_minor for line in priced]),
        gross_minor=sum([line.gross_minor for line in priced]),
        free_shipping=any(claim.free_shipping for claim in course.applied.values()),
    )
