"""What becomes of an offer before any unit is priced, and which offers are left to price."""

from collections.abc import Collection, Iterator

from engine.conditions.schedule import Schedule
from engine.pricing.answer import PricingOutcome
from engine.pricing.cart import Cart
from engine.pricing.index import OfferIndex
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer
from engine.pricing.role_index import Matches
from engine.pricing.rules import Rules

Eligible = list[tuple[PricingOffer, Roles]]
NO_ROWS: list[int] = []


def sort_out(
    offers: OfferIndex, matches: Matches, lines: CanonicalLines, cart: Cart, rules: Rules
) -> tuple[dict[int, PricingOutcome], Eligible]:
    """Return the outcomes that no price can change, by offer id, and the other offers with their rows."""
    shut = _closed_offers(offers, matches, cart, rules)
    outcomes = {**matches.settled_first, **matches.settled_second, **shut}
    eligible: Eligible = []
    for number in [*matches.first, *(matches.second.keys() - matches.first.keys())]:
        if number in shut:
            continue
        offer, _, sees, units, _, _ = offers.listed[number]
        rows = matches.first.get(number, NO_ROWS)
        missing = units.outcome(rows, lines.rows) if units is not None else None
        if missing is not None:
            outcomes[number] = missing
        elif sees == "one":
            eligible.append((offer, [rows]))
        else:
            eligible.append((offer, [rows, rows if sees == "same" else matches.second.get(number, NO_ROWS)]))
    return outcomes, eligible


def _closed_offers(
    offers: OfferIndex, matches: Matches, cart: Cart, rules: Rules
) -> dict[int, PricingOutcome]:
    """Return the outcomes of offers that are not open to this cart."""
    outcomes: dict[int, PricingOutcome] = {}
    for suspects in _suspects(offers, cart, rules):
        for number in matches.among(suspects):
            offer = offers.by_id[number]
            outcome = closed(offer, cart, rules) or _without_lane(offer, rules)
            if outcome is not None:
                outcomes[number] = outcome
    return outcomes


def closed(offer: PricingOffer, cart: Cart, rules: Rules) -> PricingOutcome | None:
    """Return why the offer is not open to this cart, None if it is."""
    if rules.at is not None:
        period = offer.schedule.period_at(int(rules.at.timestamp()))
        if period == "over":
            return PricingOutcome(offer.id, "expired")
        if period == "planned":
            return PricingOutcome(offer.id, "not_eligible", reason=Schedule.reason)
    if offer.currency is not None and offer.currency != cart.currency:
        return PricingOutcome(offer.id, "not_eligible", reason="currency")
    if offer.id in cart.exhausted:
        return PricingOutcome(offer.id, "limit_reached")
    if offer.id in cart.barred:
        return PricingOutcome(offer.id, "not_eligible", reason=cart.barred[offer.id])
    return None


def _without_lane(offer: PricingOffer, rules: Rules) -> PricingOutcome | None:
    """Return the outcome of an offer whose lane the shop does not have, None if it has it."""
    if any(lane.name == offer.lane for lane in rules.lanes):
        return None
    return PricingOutcome(offer.id, "not_eligible", reason="no_lane")


def _suspects(offers: OfferIndex, cart: Cart, rules: Rules) -> Iterator[Collection[int]]:
    """Yield the ids of all offers that may not be open to this cart."""
    if cart.exhausted:
        yield cart.exhausted
    if cart.barred:
        yield cart.barred.keys()
    if rules.at is not None:
        yield offers.dated
    for currency, ids in offers.by_currency.items():
        if currency != cart.currency:
            yield ids
    lanes = {lane.name for lane in rules.lanes}
    for lane, ids in offers.by_lane.items():
        if lane not in lanes:
            yield ids
