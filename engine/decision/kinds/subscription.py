"""Subscription: what a delivery costs now, and later."""

from collections.abc import Iterator
from typing import Final

from engine.decision.basket import TRIED, price_lines, sees, terms_of
from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.types import Detail
from engine.pricing import PricingCartLine
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.snapshot.records import OfferRecord

CODE: Final = "subscription"
PRIOR_RELEVANCE: Final = 0.03
# The interval that is priced where the offer holds for every one: the price is the same for all.
ANY_INTERVAL: Final = 30


class Recurring(Detail, frozen=True):
    """What a delivery costs now and, from delivery number `from_cycle` on, later.

    `intervals` are the days between deliveries to choose from; none: every interval that the shop sells.
    """

    now_minor: int
    later_minor: int
    from_cycle: int
    intervals: tuple[int, ...]


class SubscriptionProposer(DirectProposer):
    """Propose regular deliveries of the products in focus."""

    code = CODE

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Propose regular deliveries of the products in focus."""
        terms = terms_of(offer)
        if not isinstance(terms, SubscriptionTerms):
            return
        seen = [product for product in context.focus if sees(context, terms.products, product)]
        for place, product in enumerate(seen[:TRIED], 1):
            change = _subscribe(context, offer, terms, product)
            yield Candidate(CODE, product, 1 / place, PRIOR_RELEVANCE / place, change=change)


def _subscribe(context: Context, offer: OfferRecord, terms: SubscriptionTerms, product: int) -> Change:
    """Turn all units of the product into a subscription."""
    units = context.units_of(product)
    intervals = tuple(sorted(terms.intervals))
    facts, interval = context.snapshot.pricing.product(product), next(iter(intervals), ANY_INTERVAL)
    first, later = (
        price_lines(context, offer, [PricingCartLine(facts, units, interval, cycle)]).total_minor
        for cycle in (1, terms.intro_cycles + 1)
    )
    added_minor = first if product not in context.cart else 0
    return Change(
        parts=((product, units),),
        priced=Priced(facts.list_minor * units, first, added_minor, (first,)),
        about=(CODE, product),
        evidence={"from_cycle": terms.intro_cycles + 1},
        detail=Recurring(first, later, terms.intro_cycles + 1, intervals),
    )
