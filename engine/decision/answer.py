"""Turn filled slots into proposals: texts in the shopper's language, and the reason for each."""

from engine.decision.candidate import NOTHING
from engine.decision.context import Context
from engine.decision.kinds import KINDS
from engine.decision.page import Page, Slot
from engine.decision.price import expected_value
from engine.decision.strategies.ladder import gains_of
from engine.decision.types import DecidedFor, Proposal, ProposalScore, ProposedProduct

_NOBODY = DecidedFor()
_PRIVATE = DecidedFor(is_private=True)


def decided_for(context: Context) -> DecidedFor:
    """Return what the decision knew of the shopper."""
    shopper = context.shopper
    if not context.request.consent.is_personalised:
        return _PRIVATE
    if shopper is None:
        return _NOBODY
    is_asked = "audience" in context.snapshot.conditions.leaves.types
    return DecidedFor(tuple(sorted(shopper.audiences)) if is_asked else None, shopper.segment)


def propose(context: Context, slot: Slot, page: Page) -> Proposal:
    """Return the proposal of a slot of a page whose slots are all filled."""
    offer, candidate, priced = slot.offer, slot.candidate, slot.priced
    snapshot, proposer = context.snapshot, KINDS[offer.kind]
    wording = offer.japanese if context.is_japanese else offer.english
    return Proposal(
        offer=offer.code,
        kind=offer.kind,
        position=slot.position,
        headline=wording.headline,
        body=wording.body,
        products=_products(context, slot),
        replaces=snapshot.products.sku[candidate.replaces] if proposer.replaces else None,
        gains=() if candidate.to_tier == NOTHING else gains_of(context, candidate),
        currency=snapshot.currencies[offer.currency],
        list_minor=priced.list_minor,
        offer_minor=priced.offer_minor,
        added_minor=priced.added_minor,
        strategy=candidate.strategy,
        reason=proposer.reason(context, candidate),
        version=offer.version,
        detail=proposer.detail(context, offer, candidate, priced, page.named),
        prior_minor=_prior_minor(context, slot) if priced.offer_minor < priced.list_minor else None,
        offer_id=offer.id,
        score=_score(context, slot),
    )


def _score(context: Context, slot: Slot) -> ProposalScore:
    candidate = slot.candidate
    value = expected_value(context, slot.offer, candidate, slot.priced)
    value *= context.restraint.lever_of(slot.offer.row)
    return ProposalScore(candidate.ranked_by, candidate.relevance, value)


def _products(context: Context, slot: Slot) -> tuple[ProposedProduct, ...]:
    """Return the products with their list price per unit and their share of the offer's price."""
    products, parts = context.snapshot.products, []
    for (product, quantity), offer_minor in zip(slot.candidate.parts, slot.priced.part_minor, strict=True):
        sku, name, image_url, page_url = products.texts_of(product)
        price_minor = products.price[product]
        parts.append(ProposedProduct(sku, name, quantity, image_url, page_url, price_minor, offer_minor))
    return tuple(parts)


def _prior_minor(context: Context, slot: Slot) -> int | None:
    """Return the lowest price of the products before the reduction; None if one is not known."""
    snapshot, priced = context.snapshot, slot.priced
    prior_minor = 0
    for (product, quantity), offer_minor in zip(slot.candidate.parts, priced.part_minor, strict=True):
        list_minor = snapshot.products.price[product] * quantity
        if offer_minor == list_minor:
            prior_minor += list_minor
            continue
        unit_minor = snapshot.prior_prices.before(product, slot.offer.reduced_at)
        if unit_minor is None:
            return None
        prior_minor += unit_minor * quantity
    return prior_minor
