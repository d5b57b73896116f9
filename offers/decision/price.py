"""Step 5, price: what a candidate costs under its offer, and what it is expected to be worth."""

from msgspec import Struct

from offers.decision.candidate import Candidate
from offers.decision.context import Context
from offers.pricing import BundleLine, price_bundle, price_with
from offers.snapshot.records import BundleRecord, OfferRecord


class Priced(Struct):
    """What a candidate costs, in minor units; `part_minor` are the parts' shares of `offer_minor`.

    `added_minor` is what the shopper pays on top of page and cart by accepting: an upgrade's step
    for all units it replaces, a bundle without what it holds of them already. Never below 0.
    """

    list_minor: int
    offer_minor: int
    added_minor: int
    part_minor: tuple[int, ...]


def price(context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
    """Price a candidate by the offer's benefit, a bundle by its own.

    A benefit is one unit's: a percentage is rounded, an amount taken off and a fixed price asked once
    for each unit. So n units cost n times what one costs, as in the pricing of carts.
    """
    if candidate.bundle is not None:
        return _price_bundle(context, candidate.bundle)
    prices = context.snapshot.products.price
    unit_minor, quantity = prices[candidate.product], candidate.quantity
    list_minor = unit_minor * quantity
    offer_minor = price_with(offer.benefit, unit_minor) * quantity
    replaced_minor = prices[candidate.replaces] * quantity if offer.kind == "upgrade" else 0
    return Priced(list_minor, offer_minor, max(offer_minor - replaced_minor, 0), (offer_minor,))


def expected_value(candidate: Candidate, priced: Priced) -> float:
    """Return relevance × added_minor: what showing the candidate is expected to add to the sale."""
    return candidate.relevance * priced.added_minor


def _price_bundle(context: Context, bundle: BundleRecord) -> Priced:
    """Price the parts together; the units that page and cart hold already add nothing."""
    prices = context.snapshot.products.price
    lines = [BundleLine(prices[product], quantity) for product, quantity in bundle.items]
    whole = price_bundle(lines, bundle.benefit)
    held_minor = sum(
        prices[product] * min(quantity, context.cart.get(product, int(product == context.page_product)))
        for product, quantity in bundle.items
    )
    added_minor = max(whole.offer_minor - held_minor, 0)
    return Priced(whole.list_minor, whole.offer_minor, added_minor, whole.line_minor)
