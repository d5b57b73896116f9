"""Price: what a candidate costs under its offer, and what showing it is expected to be worth."""

from engine.decision.basket import Basket, price_lines, totals_of
from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.context import Context
from engine.pricing import Acceptance, PricingCartLine
from engine.snapshot.records import OfferRecord


def expected_value(candidate: Candidate, priced: Priced) -> float:
    """Return relevance × added_minor: what showing the candidate is expected to add to the sale."""
    return candidate.relevance * priced.added_minor


def price_in_cart(
    context: Context,
    offer: OfferRecord,
    candidate: Candidate,
    unlimited: Priced,
    basket: Basket,
    accepted: tuple[Acceptance, ...],
) -> Priced:
    """Let the core price the candidate in a cart: what a floor cuts off its discount, the shopper pays."""
    facts = context.snapshot.pricing.product
    lines = [PricingCartLine(facts(row), units) for row, units in basket.items()]
    totals = totals_of(context, price_lines(context, offer, lines, accepted))
    part_minor = tuple([totals[row] for row, _units in candidate.parts])
    cut_minor = sum(part_minor) - unlimited.offer_minor
    added_minor = max(unlimited.added_minor + cut_minor, 0)
    return Priced(unlimited.list_minor, sum(part_minor), added_minor, part_minor)


def acceptance_of(
    context: Context, offer: OfferRecord, candidate: Candidate, *, replaces: int = NOTHING
) -> tuple[Acceptance, ...]:
    """Return the acceptance of the one product, in the place of another where it `replaces` one."""
    facts = context.snapshot.pricing.product
    replaced = None if replaces == NOTHING else facts(replaces).id
    return (Acceptance(offer.id, facts(candidate.product), replaced, candidate.quantity),)
