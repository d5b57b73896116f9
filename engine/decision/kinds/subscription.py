"""Subscription: what a delivery costs now, and later."""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.decision.basket import TRIED, lines_of, price_lines, sees, terms_of
from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.price import Accepted, price_step, step_to
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.types import Detail
from engine.pricing import PricingCartLine
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.snapshot.records import OfferRecord

CODE: Final = "subscription"
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
            yield Candidate(CODE, product, 1 / place, PRIOR_RELEVANCE[CODE] / place, change=change)

    def cart_after(
        self, context: Context, offer: OfferRecord, candidate: Candidate, units: Mapping[int, int]
    ) -> tuple[list[PricingCartLine], Accepted]:
        """Return the cart with the product's units delivered regularly, at their first price."""
        return _cart_with(context, offer, candidate, units, cycle=1), ()

    def detail(
        self, context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced, named: set[int]
    ) -> Detail | None:
        """Return what a delivery costs now and later."""
        del named
        terms = terms_of(offer)
        if not isinstance(terms, SubscriptionTerms):
            return None
        from_cycle = terms.intro_cycles + 1
        units, held = self.units_after(context, offer, candidate), self.held_parts(context, candidate)
        step = step_to(context, offer, units, self.changed_by(candidate))
        after = _cart_with(context, offer, candidate, units, cycle=from_cycle), ()
        later = price_step(context, offer, step, after, parts=candidate.parts, held=held)
        later_minor = priced.offer_minor if later is None else later.offer_minor
        return Recurring(priced.offer_minor, later_minor, from_cycle, tuple(sorted(terms.intervals)))


def _subscribe(context: Context, offer: OfferRecord, terms: SubscriptionTerms, product: int) -> Change:
    """Turn all units of the product into a subscription."""
    units = context.units_of(product)
    facts = context.snapshot.pricing.product(product)
    line = PricingCartLine(facts, units, _interval(terms))
    first = price_lines(context, offer, [line]).total_minor
    added_minor = first if product not in context.cart else 0
    return Change(
        parts=((product, units),),
        priced=Priced(facts.list_minor * units, first, added_minor, (first,)),
        about=(CODE, product),
        evidence={"from_cycle": terms.intro_cycles + 1},
    )


def _interval(terms: SubscriptionTerms) -> int:
    """Return the interval that is priced: the shortest of the offer's own."""
    return min(terms.intervals, default=ANY_INTERVAL)


def _cart_with(
    context: Context, offer: OfferRecord, candidate: Candidate, units: Mapping[int, int], *, cycle: int
) -> list[PricingCartLine]:
    """Return the cart with the product's units delivered regularly, at the price of delivery `cycle`."""
    ((product, quantity),), terms = candidate.parts, terms_of(offer)
    interval = _interval(terms) if isinstance(terms, SubscriptionTerms) else ANY_INTERVAL
    line = PricingCartLine(context.snapshot.pricing.product(product), quantity, interval, cycle)
    others = {row: count for row, count in units.items() if row != product}
    return [*lines_of(context, others), line]
