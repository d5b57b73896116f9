"""What becomes of an offer before any unit is priced; the others are asked."""

from collections.abc import Collection, Iterator

from engine.conditions.schedule import Schedule
from engine.pricing.answer import Outcome
from engine.pricing.book import Seen
from engine.pricing.cart import Cart
from engine.pricing.index import OfferIndex, Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer, Rules

Asked = list[tuple[Offer, Roles]]
NO_ROWS: list[int] = []


def screen(
    offers: OfferIndex, seen: Seen, lines: Lines, cart: Cart, rules: Rules
) -> tuple[dict[int, Outcome], Asked]:
    """Return the outcomes that are settled, by id, and the offers to ask, with the rows of their roles."""
    shut = _shut(offers, seen, cart, rules)
    outcomes = {**seen.settled_first, **seen.settled_second, **shut}
    asked: Asked = []
    for number in [*seen.first, *(seen.second.keys() - seen.first.keys())]:
        if number in shut:
            continue
        offer, sees, need, _, _ = offers.listed[number]
        rows = seen.first.get(number, NO_ROWS)
        lacking = need.outcome(rows, lines.rows) if need is not None else None
        if lacking is not None:
            outcomes[number] = lacking
        elif sees == "one":
            asked.append((offer, [rows]))
        else:
            asked.append((offer, [rows, rows if sees == "same" else seen.second.get(number, NO_ROWS)]))
    return outcomes, asked


def _shut(offers: OfferIndex, seen: Seen, cart: Cart, rules: Rules) -> dict[int, Outcome]:
    """Return the outcomes of offers that are not open to this cart."""
    outcomes: dict[int, Outcome] = {}
    for suspects in _suspects(offers, cart, rules):
        for number in seen.among(suspects):
            offer = offers.by_id[number]
            outcome = closed(offer, cart, rules) or _homeless(offer, rules)
            if outcome is not None:
                outcomes[number] = outcome
    return outcomes


def closed(offer: Offer, cart: Cart, rules: Rules) -> Outcome | None:
    """Return why the offer is not looked at, None if it is open to this cart."""
    if rules.at is not None:
        period = offer.schedule.period_at(int(rules.at.timestamp()))
        if period == "over":
            return Outcome(offer.id, "expired")
        if period == "planned":
            return Outcome(offer.id, "not_eligible", reason=Schedule.reason)
    if offer.currency is not None and offer.currency != cart.currency:
        return Outcome(offer.id, "not_eligible", reason="currency")
    if offer.id in cart.exhausted:
        return Outcome(offer.id, "limit_reached")
    if offer.id in cart.barred:
        return Outcome(offer.id, "not_eligible", reason=cart.barred[offer.id])
    return None


def _homeless(offer: Offer, rules: Rules) -> Outcome | None:
    """Return that the shop has no such lane."""
    if any(lane.name == offer.lane for lane in rules.lanes):
        return None
    return Outcome(offer.id, "not_eligible", reason="no_lane")


def _suspects(offers: OfferIndex, cart: Cart, rules: Rules) -> Iterator[Collection[int]]:
    """Yield ids of all offers that may not be open to this cart."""
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
