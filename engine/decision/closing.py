"""What would close the gap to a reward: products that fit the shopper, each enough by itself.

They are looked for when a threshold stands in a slot, not while offers compete, so a page does it for few.
"""

from itertools import islice
from operator import itemgetter

from engine.decision.basket import TRIED, outcome_of, price_basket, seen_basket, sees, terms_of, totals_of
from engine.decision.candidate import Candidate, Gap
from engine.decision.context import Context
from engine.decision.guard import first_guard
from engine.decision.strategies.popular import popular
from engine.decision.strategies.recommended import recommended
from engine.decision.types import ProposedProduct
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.records import OfferRecord

# How many are told, and how many of the best fitting and of the best sellers are looked at.
TOLD = 3
LOOKED_AT = 64


def closing_products(context: Context, offer: OfferRecord, gap: Gap) -> tuple[ProposedProduct, ...]:
    """Return up to TOLD products that reach the reward: the cheapest that do, of units those that fit best.

    All guards hold for them. What a benefit makes of their price the core says, as if the offer were the only
    one: `offer_minor` is what their units cost then.
    """
    terms = terms_of(offer)
    if not isinstance(terms, ThresholdTerms):
        return ()
    units = gap.amount if gap.kind == "units" else 1
    sold = (
        one.product for one in _candidates(context, offer, gap) if _is_sold(context, offer, gap, one, units)
    )
    reaching = (_reaching(context, offer, terms, row, units) for row in islice(sold, TRIED))
    return tuple(islice((one for one in reaching if one is not None), TOLD))


def _candidates(context: Context, offer: OfferRecord, gap: Gap) -> list[Candidate]:
    """Return what is recommended and best sellers, each once; of spend those dear enough, by price."""
    found: dict[int, Candidate] = {}
    for strategy in (recommended, popular):
        for candidate in islice(strategy(context, offer), LOOKED_AT):
            found.setdefault(candidate.product, candidate)
    if gap.kind != "spend":
        return list(found.values())
    price = context.snapshot.products.price
    enough = [(price[row], candidate) for row, candidate in found.items() if price[row] >= gap.amount]
    return [candidate for _price, candidate in sorted(enough, key=itemgetter(0))]


def _is_sold(context: Context, offer: OfferRecord, gap: Gap, candidate: Candidate, units: int) -> bool:
    """Tell whether so many units count for the gap and may be sold to this shopper."""
    row = candidate.product
    if 0 <= context.snapshot.products.stock[row] < units or not sees(context, gap.products, row):
        return False
    return first_guard(context, offer, candidate) is None


def _reaching(
    context: Context, offer: OfferRecord, terms: ThresholdTerms, row: int, units: int
) -> ProposedProduct | None:
    """Return the product as it costs once it lies in the cart, None where that reaches no reward."""
    products = context.snapshot.products
    total = products.price[row] * units
    if terms.benefit.kind != "none":  # a gift or free shipping changes no price
        basket = seen_basket(context, offer, terms, with_page=False) | {row: units}
        priced = price_basket(context, offer, basket)
        if outcome_of(offer, priced).status != "applied":
            return None
        total = totals_of(context, priced)[row]
    sku, name, image_url, page_url = products.texts_of(row)
    return ProposedProduct(sku, name, units, image_url, page_url, products.price[row], total)
