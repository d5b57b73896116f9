"""What becomes of an offer before any unit is priced; the others are asked."""

from collections.abc import Collection, Iterator

from offers.pricing.answer import Outcome
from offers.pricing.cart import Cart
from offers.pricing.index import OfferIndex, Roles, Seen
from offers.pricing.lines import Lines
from offers.pricing.offer import Offer, Rules

Asked = list[tuple[Offer, Roles]]


def screen(
    offers: OfferIndex, seen: Seen, lines: Lines, cart: Cart, rules: Rules
) -> tuple[dict[int, Outcome], Asked]:
    """Return the outcomes that are settled, by id, and by rising id the offers to ask, with their rows."""
    outcomes = _alone(offers, seen)
    for suspects in _suspects(offers, cart, rules):
        for sight in (seen.first, seen.second):
            for offer in sight.keys() & suspects:
                outcome = closed(offers.by_id[offer], cart, rules) or _homeless(offers.by_id[offer], rules)
                if outcome is not None:
                    outcomes[offer] = outcome
    asked: Asked = []
    for offer in sorted((seen.first.keys() | seen.second.keys()) - outcomes.keys()):
        listed = offers.listed[offer]
        roles = seen.roles(listed)
        missing = listed.need.missing(roles[0], lines.rows) if listed.need is not None else ()
        if missing:
            outcomes[offer] = Outcome(offer, "not_yet", missing=missing)
        else:
            asked.append((listed.offer, roles))
    return outcomes, asked


def closed(offer: Offer, cart: Cart, rules: Rules) -> Outcome | None:
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


def _homeless(offer: Offer, rules: Rules) -> Outcome | None:
    """Return that the shop has no such lane."""
    if any(lane.name == offer.lane for lane in rules.lanes):
        return None
    return Outcome(offer.id, "not_eligible", reason="no_lane")


def _suspects(offers: OfferIndex, cart: Cart, rules: Rules) -> Iterator[Collection[int]]:
    """Yield ids of all offers that may not be open to this cart."""
    yield cart.exhausted
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


def _alone(offers: OfferIndex, seen: Seen) -> dict[int, Outcome]:
    """Return the outcomes of offers for which it decides that one of their roles sees nothing."""
    both = seen.first.keys() & seen.second.keys()
    first, second = offers.alone
    outcomes = {offer: first[offer] for offer in (first.keys() & seen.first.keys()) - both}
    outcomes.update({offer: second[offer] for offer in (second.keys() & seen.second.keys()) - both})
    return outcomes
