"""Quantity discount: how many units more reach the next tier, and what they then cost."""

from collections.abc import Iterator
from itertools import islice

from engine.decision.basket import TRIED, Basket, price_basket, seen_basket, sees, terms_of, totals_of
from engine.decision.candidate import Candidate, Change
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.decision.types import NextTier
from engine.pricing import PricedCart
from engine.pricing.kinds.quantity import QuantityTerms, group_of
from engine.snapshot.records import OfferRecord


def quantity(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose more units of the products in focus, as few as save something more."""
    terms = terms_of(offer)
    if not isinstance(terms, QuantityTerms):
        return
    basket = seen_basket(context, offer, terms)
    seen = [
        product for product in context.focus if product in basket and sees(context, terms.products, product)
    ]
    now = price_basket(context, offer, basket) if seen else None
    for place, product in enumerate(seen[:TRIED], 1):
        change = None if now is None else _next_tier(context, offer, terms, basket, product, now)
        if change is not None:
            relevance = PRIOR_RELEVANCE["quantity"] / place
            yield Candidate("quantity", product, 1 / place, relevance, change=change)


def _next_tier(
    context: Context,
    offer: OfferRecord,
    terms: QuantityTerms,
    basket: Basket,
    product: int,
    now: PricedCart,
) -> Change | None:
    """Add units of the product until the cart saves more than now; the core says what it then costs."""
    counted = _counted_with(context, terms, basket, product)
    for reached in islice(terms.tiers.next_quantities(counted), TRIED):
        more = reached - counted
        after = basket | {product: basket[product] + more}
        then = price_basket(context, offer, after)
        gain = then.discount_minor - now.discount_minor
        if gain > 0:
            total = totals_of(context, then)[product]
            return Change(
                parts=((product, after[product]),),
                part_minor=(total,),
                list_minor=context.snapshot.products.price[product] * after[product],
                added_minor=max(then.total_minor - now.total_minor, 0),
                about=("quantity", product),
                detail=NextTier(more, after[product], total, gain),
                evidence={"more": more, "quantity": after[product]},
            )
    return None


def _counted_with(context: Context, terms: QuantityTerms, basket: Basket, product: int) -> int:
    """Return how many units are counted together with the product's, its own among them."""
    facts = context.snapshot.pricing.product
    group = group_of(terms, facts(product))
    return sum(
        units
        for row, units in basket.items()
        if sees(context, terms.products, row) and group_of(terms, facts(row)) == group
    )
