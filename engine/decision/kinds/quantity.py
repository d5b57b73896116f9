"""Quantity discount: how many units more reach the next tier, and what they cost then."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from engine.decision.basket import TRIED, Quantities, price_basket, seen_basket, sees, terms_of, totals_of
from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.types import Detail
from engine.pricing import PricedCart
from engine.pricing.kinds.quantity import QuantityTerms, group_of
from engine.snapshot.records import OfferRecord

CODE: Final = "quantity"


class NextTier(Detail, frozen=True):
    """What more units of a product gain: with `more` units there are `quantity`, which cost `total_minor`.

    `gain_minor` is what the whole cart saves in addition.
    """

    more: int
    quantity: int
    total_minor: int
    gain_minor: int


class QuantityProposer(DirectProposer):
    """Propose more units of the products in focus."""

    code = CODE

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Propose more units of the products in focus: the fewest that save more than now."""
        terms = terms_of(offer)
        if not isinstance(terms, QuantityTerms):
            return
        basket = seen_basket(context, offer, terms)
        currency = context.snapshot.products.currency
        seen = [
            row
            for row in context.focus
            if currency[row] == offer.currency and sees(context, terms.products, row)
        ]
        now = price_basket(context, offer, basket) if seen else None
        for place, product in enumerate(seen[:TRIED], 1):
            change = None if now is None else _next_tier(context, offer, terms, basket, product, now)
            if change is not None:
                yield Candidate(CODE, product, 1 / place, PRIOR_RELEVANCE[CODE] / place, change=change)

    def keeps_promise(self, quick: Priced, exact: Priced) -> bool:
        """Tell whether the units to add make the cart save more."""
        del quick
        return exact.gain_minor > 0

    def detail(
        self, context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced, named: set[int]
    ) -> NextTier:
        """Return what more units gain, and what they cost then."""
        del offer, named
        ((product, quantity),) = candidate.parts
        more = quantity - context.held.get(product, 0)
        return NextTier(more, quantity, priced.part_minor[0], priced.gain_minor)


def _next_tier(
    context: Context,
    offer: OfferRecord,
    terms: QuantityTerms,
    basket: Quantities,
    product: int,
    now: PricedCart,
) -> Change | None:
    """Add units of the product until the cart saves more than now; the core says what it costs then."""
    counted = _counted_with(context, terms, basket, product)
    for reached in islice(terms.tiers.next_quantities(counted), TRIED):
        more = reached - counted
        after = basket | {product: basket.get(product, 0) + more}
        then = price_basket(context, offer, after)
        if then.discount_minor > now.discount_minor:
            total = totals_of(context, then)[product]
            list_minor = context.snapshot.products.price[product] * after[product]
            added_minor = then.total_minor - now.total_minor
            return Change(
                parts=((product, after[product]),),
                priced=Priced(list_minor, total, added_minor, (total,)),
                about=(CODE, product),
                evidence={"more": more, "quantity": after[product]},
            )
    return None


def _counted_with(context: Context, terms: QuantityTerms, basket: Quantities, product: int) -> int:
    """Return how many units are counted together with the product's, including its own."""
    facts = context.snapshot.pricing.product
    group = group_of(terms, facts(product))
    return sum(
        units
        for row, units in basket.items()
        if sees(context, terms.products, row) and group_of(terms, facts(row)) == group
    )
