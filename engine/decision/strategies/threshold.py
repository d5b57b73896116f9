"""Threshold: what is missing for a reward."""

from collections.abc import Iterator

from engine.decision.basket import outcome_of, price_basket, seen_basket, terms_of
from engine.decision.candidate import NOTHING, Candidate, Change, Gap
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.decision.types import NextReward
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.records import OfferRecord


def threshold(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Tell what the cart lacks; the page's product is not in it yet, and a reward reached is no proposal."""
    terms = terms_of(offer)
    if not isinstance(terms, ThresholdTerms):
        return
    gap = _gap(context, offer, terms)
    if gap is None:
        return
    gift = () if terms.gift is None else ((terms.gift.product.id, terms.gift.quantity),)
    parts = tuple((context.snapshot.products.find_pk(pk), units) for pk, units in gift)
    if any(row < 0 for row, _units in parts):
        return
    benefit = (terms.benefit.kind, terms.benefit.value)
    change = Change(
        parts=parts,
        part_minor=(0,) * len(parts),
        list_minor=terms.gift.product.list_minor * terms.gift.quantity if terms.gift else 0,
        added_minor=gap.amount if gap.kind == "spend" else 0,
        about=("threshold", offer.row),
        detail=NextReward(gap.kind, gap.amount, benefit, terms.free_shipping),
        evidence={gap.kind: gap.amount},
        given=True,
        gap=gap,
    )
    yield Candidate("threshold", NOTHING, 1, PRIOR_RELEVANCE["threshold"], change=change)


def _gap(context: Context, offer: OfferRecord, terms: ThresholdTerms) -> Gap | None:
    """Return what is missing, None where the reward is reached or nothing to buy would reach it."""
    basket = seen_basket(context, offer, terms, with_page=False)
    if not basket:
        return Gap("spend" if terms.measure == "spend" else "units", terms.at_least, terms.counted)
    outcome = outcome_of(offer, price_basket(context, offer, basket))
    if outcome.status == "applied" or not outcome.missing:
        return None
    missing = outcome.missing[0]
    return Gap(missing.kind, missing.amount, missing.products) if missing.amount else None
