"""Price a cart: which offers apply, and what every unit costs."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from engine.pricing.answer import PricedCart, PricingOutcome
from engine.pricing.assemble import outcomes_of, priced_lines
from engine.pricing.canonical import canonical_lines
from engine.pricing.cart import Cart
from engine.pricing.eligibility import closed, sort_out
from engine.pricing.index import OfferIndex
from engine.pricing.lanes import Lanes, PricingState
from engine.pricing.lines import CanonicalLines
from engine.pricing.rules import Rules
from engine.pricing.running_prices import RunningPrices
from engine.pricing.tax import TaxRule


class PricedUnits(Struct, frozen=True, gc=False):
    """Units of one product, each at `unit_minor` of `list_minor`; options are products of their own."""

    product: int
    quantity: int
    unit_minor: int
    list_minor: int


def price_cart(
    *, cart: Cart, offers: OfferIndex, rules: Rules, among: Collection[int] | None = None
) -> PricedCart:
    """Return every line's price and every offer's outcome, in the cart's minor units.

    The answer depends on what is in the cart, not on the order or the steps in which it came there,
    nor on the order of the offers in memory. An empty cart costs nothing. Raises ValueError for a line
    without units and for a product that comes with two sets of facts.

    `among` are the only offers that can apply, where the caller knows: the others are not looked at, and
    nothing is said about them.
    """
    lines, outcomes, state = _apply(cart, offers, rules, among)
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


def price_units(
    *,
    cart: Cart,
    offers: OfferIndex,
    rules: Rules,
    among: Collection[int],
    surpassed: Mapping[int, int] | None = None,
) -> list[PricedUnits]:
    """Return what `price_cart` makes of the units of the cart's lines, without taxes, outcomes and gifts.

    `surpassed` says for how many offers that it surpasses, and that are left out, an offer stands, by id.
    """
    lines, _outcomes, state = _apply(cart, offers, rules, among, surpassed)
    return [
        PricedUnits(line.product.id, run.quantity, run.price_minor, line.product.list_minor)
        for line, runs in zip(lines.rows, state.prices.runs, strict=True)
        for run in runs
    ]


def _apply(
    cart: Cart,
    offers: OfferIndex,
    rules: Rules,
    among: Collection[int] | None,
    surpassed: Mapping[int, int] | None = None,
) -> tuple[CanonicalLines, dict[int, PricingOutcome], PricingState]:
    """Let the offers apply; return the lines, the outcomes that no price can change, and the prices."""
    taken = {one.offer for one in cart.accepted if one.offer in offers.by_acceptance} if cart.accepted else ()
    accepted = {
        offer: offers.by_acceptance[offer]
        for offer in taken
        if closed(offers.by_acceptance[offer], cart, rules) is None
    }
    lines = canonical_lines(cart, accepted)
    prices = RunningPrices.at_list(lines.rows, TaxRule(cart.tax_included, rules.rounding_mode))
    if among is not None and not among:
        return lines, {}, PricingState(prices)
    matches = offers.match(lines, taken) if among is None else offers.match_among(among, lines, taken)
    outcomes, eligible = sort_out(offers, matches, lines, cart, rules)
    lanes = Lanes(
        rules.lanes,
        lines,
        offers.excludes,
        eligible,
        sold_out_gifts=cart.sold_out_gifts,
        surpassed=surpassed,
    )
    return lines, outcomes, lanes.run(prices)
