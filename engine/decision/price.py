"""Step 5, price: what a candidate costs under its offer, and what it is expected to be worth."""

from msgspec import Struct

from engine.decision.basket import Basket, price_lines, seen_basket, terms_of, totals_of
from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.pricing import Acceptance, BundleLine, CartLine, Terms, price_bundle, price_with
from engine.snapshot.records import BundleRecord, OfferRecord


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
    """Price a candidate by the offer's benefit, a bundle by its own, a change as the core answered it.

    A benefit is one unit's: a percentage is rounded, an amount taken off and a fixed price asked once
    for each unit. So n units cost n times what one costs, as in the pricing of carts.
    """
    change = candidate.change
    if change is not None:
        return Priced(change.list_minor, sum(change.part_minor), change.added_minor, change.part_minor)
    priced = _price_by_benefit(context, offer, candidate)
    return _with_floors(context, offer, candidate, priced) if offer.has_floor else priced


def expected_value(candidate: Candidate, priced: Priced) -> float:
    """Return relevance × added_minor: what showing the candidate is expected to add to the sale."""
    return candidate.relevance * priced.added_minor


def _price_by_benefit(context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
    """Price a candidate as the core would where nothing cuts the benefit, in a fraction of the time."""
    if candidate.bundle is not None:
        return _price_bundle(context, candidate.bundle)
    prices = context.snapshot.products.price
    unit_minor, quantity = prices[candidate.product], candidate.quantity
    list_minor = unit_minor * quantity
    offer_minor = price_with(offer.benefit, unit_minor) * quantity
    replaced_minor = prices[candidate.replaces] * quantity if offer.kind == "upgrade" else 0
    return Priced(list_minor, offer_minor, max(offer_minor - replaced_minor, 0), (offer_minor,))


def _with_floors(context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced) -> Priced:
    """Let the core price the candidate: what a floor cuts off, the shopper pays on top."""
    terms = terms_of(offer)
    if terms is None:
        return priced
    basket, accepted = _accepting(context, offer, terms, candidate)
    facts = context.snapshot.pricing.product
    lines = [CartLine(facts(row), units) for row, units in basket.items()]
    totals = totals_of(context, price_lines(context, offer, lines, accepted))
    part_minor = tuple([totals[row] for row, _units in candidate.parts])
    cut = sum(part_minor) - priced.offer_minor
    return Priced(priced.list_minor, sum(part_minor), max(priced.added_minor + cut, 0), part_minor)


def _accepting(
    context: Context, offer: OfferRecord, terms: Terms, candidate: Candidate
) -> tuple[Basket, tuple[Acceptance, ...]]:
    """Return the cart that holds what is proposed and what triggers it, and its acceptance."""
    if candidate.bundle is not None:
        return dict(candidate.parts), ()
    book, product, units = context.snapshot.pricing, candidate.product, candidate.quantity
    is_upgrade = offer.kind == "upgrade"
    replaced = book.product(candidate.replaces).id if is_upgrade else None
    accepted = (Acceptance(offer.id, book.product(product), replaced, units),)
    if is_upgrade:
        return {candidate.replaces: units}, accepted
    return {**seen_basket(context, offer, terms), product: units}, accepted


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
