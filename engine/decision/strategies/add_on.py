"""Add-on: the options of a product, each with its surcharge."""

from collections.abc import Iterator

from engine.decision.basket import TRIED, price_lines, sees, terms_of
from engine.decision.candidate import Candidate, Change
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.decision.types import Choice, ProposedProduct
from engine.pricing import CartLine, Option, price_with
from engine.pricing.kinds.add_on import AddOnTerms
from engine.snapshot.records import OfferRecord


def add_on(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the options of the products in focus; priced is the smallest choice, the cheapest option."""
    terms = terms_of(offer)
    if not isinstance(terms, AddOnTerms):
        return
    options = _sellable(context, offer, terms)
    parents = [product for product in context.focus if sees(context, terms.parents, product)]
    for place, parent in enumerate(parents[:TRIED] if options else [], 1):
        relevance = PRIOR_RELEVANCE["add_on"] / place
        change = _choose(context, offer, terms, parent, options)
        yield Candidate("add_on", parent, 1 / place, relevance, change=change)


def _sellable(context: Context, offer: OfferRecord, terms: AddOnTerms) -> list[int]:
    """Return the options that can be had now, in the merchandiser's order."""
    products = context.snapshot.products
    return [
        row
        for row in offer.curated
        if products.pk[row] in terms.options
        and not products.is_hidden[row]
        and products.stock[row] != 0
        and products.currency[row] == offer.currency
    ]


def _choose(
    context: Context, offer: OfferRecord, terms: AddOnTerms, parent: int, options: list[int]
) -> Change:
    """Put as few as may be of the cheapest option on each unit of the parent."""
    facts, price = context.snapshot.pricing.product, context.snapshot.products.price
    cheapest = min(options, key=lambda row: (price[row], row))
    units, least = context.units_of(parent), max(terms.min_count, 1)
    line = CartLine(facts(parent), units, options=(Option(facts(cheapest), least),))
    option = next(one for one in price_lines(context, offer, [line]).lines if one.parent is not None)
    return Change(
        parts=((cheapest, units * least),),
        part_minor=(option.total_minor,),
        list_minor=option.list_minor,
        added_minor=option.total_minor,
        about=("add_on", parent),
        detail=Choice(
            context.snapshot.products.sku[parent],
            tuple(_option(context, terms, row) for row in options),
            terms.min_count,
            terms.max_count,
            terms.included_count,
        ),
        evidence={"options": len(options), "included": terms.included_count},
    )


def _option(context: Context, terms: AddOnTerms, row: int) -> ProposedProduct:
    """Return an option with what one of it adds to a unit of the product, once none is included any more."""
    sku, name, image_url, page_url = context.snapshot.products.texts_of(row)
    list_minor = context.snapshot.products.price[row]
    surcharge = price_with(terms.benefit, list_minor)
    return ProposedProduct(sku, name, 1, image_url, page_url, list_minor, surcharge)
