"""Price a cart: which offers apply, and what every unit costs."""

from offers.pricing.answer import Outcome, PricedCart
from offers.pricing.assemble import first_board, outcomes_of, priced_lines
from offers.pricing.cart import Cart
from offers.pricing.claim import Missing
from offers.pricing.index import OfferIndex, Roles
from offers.pricing.kinds.buy_get import groups_lacking
from offers.pricing.kinds.quantity import units_lacking
from offers.pricing.lanes import Lanes
from offers.pricing.lines import Lines, canonical_lines
from offers.pricing.offer import Offer, Rules
from offers.pricing.terms import BuyGetTerms, QuantityTerms


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
        if _closed(offers.by_acceptance[offer], cart, rules) is None
    }
    lines = canonical_lines(cart, accepted)
    outcomes: dict[int, Outcome] = {}
    asked: list[tuple[Offer, Roles]] = []
    lanes = {lane.name for lane in rules.lanes}
    for offer, roles, lacking in offers.match(lines, taken):
        outcome = _closed(offer, cart, rules)
        if outcome is None and offer.lane in lanes:
            outcome = lacking or _lacking(offer, roles, lines)
        if outcome is None:
            asked.append((offer, roles))
        else:
            outcomes[offer.id] = outcome
    course = Lanes(rules.lanes, lines, offers.excludes, asked, tax_included=cart.tax_included).run(
        first_board(lines)
    )
    priced = priced_lines(lines, course, cart, rules)
    outcomes.update(outcomes_of(lines, priced, course, [offer.id for offer, _ in asked]))
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


def _lacking(offer: Offer, roles: Roles, lines: Lines) -> Outcome | None:
    """Return that the offer lacks units, where a single line with too few makes that plain; most do."""
    missing: tuple[Missing, ...] = ()
    if isinstance(offer.terms, QuantityTerms):
        missing = units_lacking(offer.terms, roles[0], lines.rows)
    elif isinstance(offer.terms, BuyGetTerms):
        missing = groups_lacking(offer.terms, roles, lines.rows)
    return Outcome(offer.id, "not_yet", missing=missing) if missing else None


def _closed(offer: Offer, cart: Cart, rules: Rules) -> Outcome | None:
    """Return why the offer is not looked at, None if it is open to this cart."""
    if rules.at is not None:
        if offer.ends_at is not None and offer.ends_at <= rules.at:
            return Outcome(offer.id, "expired")
        if offer.starts_at is not None and offer.starts_at > rules.at:
            return Outcome(offer.id, "not_eligible", reason="not_started")
    if offer.currency is not None and offer.currency != cart.currency:
        return Outcome(offer.id, "not_eligible", reason="currency")
    if offer.id in cart.exhausted:
        return Outcome(offer.id, "limit_reached")
    if offer.id in cart.barred:
        return Outcome(offer.id, "not_eligible", reason=cart.barred[offer.id])
    return None
