"""Price a cart: which offers apply, and what every unit costs."""

from engine.pricing.answer import PricedCart
from engine.pricing.assemble import outcomes_of, priced_lines
from engine.pricing.canonical import canonical_lines
from engine.pricing.cart import Cart
from engine.pricing.eligibility import closed, sort_out
from engine.pricing.index import OfferIndex
from engine.pricing.lanes import Lanes
from engine.pricing.rules import Rules
from engine.pricing.running_prices import RunningPrices


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
    outcomes, eligible = sort_out(offers, offers.match(lines, taken), lines, cart, rules)
    lanes = Lanes(
        rules.lanes,
        lines,
        offers.excludes,
        eligible,
        tax_included=cart.tax_included,
        sold_out_gifts=cart.sold_out_gifts,
    )
    state = lanes.run(RunningPrices.at_list(lines.rows))
    priced = priced_lines(lines, state, cart, rules)
    outcomes.update(outcomes_of(lines, priced, state))
    return PricedCart(
        lines=priced,
        outcomes=outcomes,
        list_minor=sum([line.list_minor for line in priced]),
        discount_minor=sum([line.discount_minor for line in priced]),
        total_minor=sum([line.total_minor for line in priced]),
        net_minor=sum([line.net_minor for line in priced]),
        tax_minor=sum([line.tax_minor for line in priced]),
        gross_minor=sum([line.gross_minor for line in priced]),
        free_shipping=any(claim.free_shipping for claim in state.applied.values()),
    )
