"""Subscription: what a delivery costs now, and later."""

from collections.abc import Iterator

from engine.decision.basket import TRIED, price_lines, sees, terms_of
from engine.decision.candidate import Candidate, Change
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.decision.types import Recurring
from engine.pricing import CartLine
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.snapshot.records import OfferRecord

# The interval that is priced where the offer holds for every one: the price is the same for all.
ANY_INTERVAL = 30


def subscription(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose to have the products in focus delivered again and again."""
    terms = terms_of(offer)
    if not isinstance(terms, SubscriptionTerms):
        return
    seen = [product for product in context.focus if sees(context, terms.products, product)]
    for place, product in enumerate(seen[:TRIED], 1):
        relevance = PRIOR_RELEVANCE["subscription"] / place
        change = _subscribe(context, offer, terms, product)
        yield Candidate("subscription", product, 1 / place, relevance, change=change)


def _subscribe(context: Context, offer: OfferRecord, terms: SubscriptionTerms, product: int) -> Change:
    """Turn all units of the product into a subscription."""
    units = context.units_of(product)
    intervals = tuple(sorted(terms.intervals))
    facts, interval = context.snapshot.pricing.product(product), next(iter(intervals), ANY_INTERVAL)
    first, later = (
        price_lines(context, offer, [CartLine(facts, units, interval, cycle)]).total_minor
        for cycle in (1, terms.intro_cycles + 1)
    )
    return Change(
        parts=((product, units),),
        part_minor=(first,),
        list_minor=facts.list_minor * units,
        added_minor=first if product not in context.cart else 0,
        about=("subscription", product),
        detail=Recurring(first, later, terms.intro_cycles + 1, intervals),
        evidence={"from_cycle": terms.intro_cycles + 1},
    )
