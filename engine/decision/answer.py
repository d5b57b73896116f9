"""Turn filled slots into proposals: texts in the shopper's language, evidence behind each."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from msgspec.structs import replace

from engine.decision.candidate import NOTHING, Candidate
from engine.decision.closing import closing_products
from engine.decision.context import Context
from engine.decision.fill import Slot
from engine.decision.strategies.replenishment import read_due
from engine.decision.types import Detail, NextReward, Proposal, ProposedProduct, Reason
from engine.learned.facts import INTERVAL_SOURCES
from engine.moments import EPOCH_DATE
from engine.snapshot.layout import RELATION_KINDS

# A strategy says how something was found; where that is no reason for a shopper, this is.
_REASONS = {"replenishment": "due_for_repurchase"}

Evidence = Mapping[str, int | float | str]


def propose(context: Context, slot: Slot, position: int) -> Proposal:
    """Return the proposal that stands in a slot, positions counting from 1."""
    offer, candidate, priced = slot.offer, slot.candidate, slot.priced
    snapshot = context.snapshot
    wording = offer.japanese if context.is_japanese else offer.english
    return Proposal(
        offer=offer.code,
        kind=offer.kind,
        position=position,
        headline=wording.headline,
        body=wording.body,
        products=_products(context, slot),
        replaces=snapshot.products.sku[candidate.replaces] if offer.kind == "upgrade" else None,
        gains=() if candidate.to_tier == NOTHING else _gains(context, candidate),
        currency=snapshot.currencies[offer.currency],
        list_minor=priced.list_minor,
        offer_minor=priced.offer_minor,
        strategy=candidate.strategy,
        reason=_reason(context, candidate),
        version=offer.version,
        detail=_detail(context, slot),
        prior_minor=_prior_minor(context, slot) if priced.offer_minor < priced.list_minor else None,
    )


def _detail(context: Context, slot: Slot) -> Detail | None:
    """Return what its kind has to tell; of a reward also what would reach it."""
    change = slot.candidate.change
    if change is None or change.gap is None or not isinstance(change.detail, NextReward):
        return None if change is None else change.detail
    return replace(change.detail, reached_by=closing_products(context, slot.offer, change.gap))


def _reason(context: Context, candidate: Candidate) -> Reason:
    strategy = candidate.strategy
    return Reason(_REASONS.get(strategy, strategy), EVIDENCE[strategy](context, candidate))


def _products(context: Context, slot: Slot) -> tuple[ProposedProduct, ...]:
    """Return the parts with their list price a unit and their share of the offer's price."""
    products, parts = context.snapshot.products, []
    for (product, quantity), offer_minor in zip(slot.candidate.parts, slot.priced.part_minor, strict=True):
        sku, name, image_url, page_url = products.texts_of(product)
        price_minor = products.price[product]
        parts.append(ProposedProduct(sku, name, quantity, image_url, page_url, price_minor, offer_minor))
    return tuple(parts)


def _prior_minor(context: Context, slot: Slot) -> int | None:
    """Return what the products cost at their lowest before the reduction; None where one is not known."""
    snapshot, priced = context.snapshot, slot.priced
    reduced_at = slot.offer.reduced_at
    whole = 0
    for (product, quantity), offer_minor in zip(slot.candidate.parts, priced.part_minor, strict=True):
        list_minor = snapshot.products.price[product] * quantity
        if offer_minor == list_minor:
            whole += list_minor
            continue
        unit_minor = snapshot.prior_prices.before(product, reduced_at)
        if unit_minor is None:
            return None
        whole += unit_minor * quantity
    return whole


def _gains(context: Context, candidate: Candidate) -> tuple[str, ...]:
    """Return what each step from the tier below to the proposed one gains the shopper."""
    ladders = context.snapshot.ladders
    first, other = ladders.gain_en, ladders.gain_ja
    if context.is_japanese:
        first, other = other, first
    steps = range(candidate.from_tier + 1, candidate.to_tier + 1)
    texts = (first[step] or other[step] for step in steps)
    return tuple(text for text in texts if text)


def _curated_evidence(context: Context, candidate: Candidate) -> Evidence:
    del context
    return {"place": candidate.basis}


def _ladder_evidence(context: Context, candidate: Candidate) -> Evidence:
    label = context.snapshot.ladders.label
    return {"from": label[candidate.from_tier], "to": label[candidate.to_tier]}


def _related_evidence(context: Context, candidate: Candidate) -> Evidence:
    snapshot = context.snapshot
    relation = RELATION_KINDS[snapshot.relation_kind[candidate.basis]]
    return {"relation": relation, "with": snapshot.products.sku[candidate.replaces]}


def _bundle_evidence(context: Context, candidate: Candidate) -> Evidence:
    bundle = context.snapshot.bundles[candidate.basis]
    return {"bundle": bundle.code, "name": bundle.name}


def _partner_evidence(context: Context, candidate: Candidate) -> Evidence:
    """Return the figures of the strongest link from a product in focus; a pin may have none."""
    learned, link = context.learned, candidate.basis
    orders, support, confidence, lift, llr = context.snapshot.partners.evidence_of(link)
    evidence: dict[str, int | float | str] = {
        "with": context.snapshot.products.sku[learned.owner_of(link)],
        "orders": orders,
        "support": support,
        "confidence": confidence,
        "lift": lift,
        "llr": llr,
    }
    return evidence | {"pinned": 1} if learned.is_pinned(link) else evidence


def _orders_evidence(context: Context, candidate: Candidate) -> Evidence:
    del context
    return {"orders": candidate.basis}


def _change_evidence(context: Context, candidate: Candidate) -> Evidence:
    del context
    return {} if candidate.change is None else candidate.change.evidence


def _due_evidence(context: Context, candidate: Candidate) -> Evidence:
    """Return when the product is due, after how many days it is bought again, and how that is known."""
    customer = context.request.customer
    if customer is None:
        return {}
    due_day, purchases, interval_days, source = read_due(customer.due, candidate.basis)
    return {
        "due_date": (EPOCH_DATE + timedelta(days=due_day)).isoformat(),
        "interval_days": interval_days,
        "known_from": INTERVAL_SOURCES[source],
        "purchases": purchases,
    }


def _likeness_evidence(context: Context, candidate: Candidate) -> Evidence:
    return {"like": context.snapshot.products.sku[candidate.basis], "likeness": round(candidate.score, 2)}


EVIDENCE: dict[str, Callable[[Context, Candidate], Evidence]] = {
    "curated": _curated_evidence,
    "ladder": _ladder_evidence,
    "related": _related_evidence,
    "bundle": _bundle_evidence,
    "bought_together": _partner_evidence,
    "also_bought_by_customer": _orders_evidence,
    "replenishment": _due_evidence,
    "category_popular": _orders_evidence,
    "popular": _orders_evidence,
    "similar": _likeness_evidence,
    "quantity": _change_evidence,
    "subscription": _change_evidence,
    "add_on": _change_evidence,
    "threshold": _change_evidence,
    "buy_get": _change_evidence,
}
