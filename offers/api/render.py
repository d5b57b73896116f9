"""Turn a decision into the answer of the API."""

from collections.abc import Iterable
from functools import lru_cache

from msgspec import UNSET

from catalog.money import to_major
from offers.api.reasons import reason_text
from offers.api.shapes.offer import (
    CandidateAnswer,
    NoteAnswer,
    OfferAnswer,
    OfferedProduct,
    OfferPrice,
    OfferReason,
    OffersAnswer,
    TraceAnswer,
)
from offers.api.shapes.types import Money
from offers.decision.types import Decision, OfferTrace, Proposal, ProposedProduct


def render_decision(decision: Decision, *, decision_id: str, language: str) -> OffersAnswer:
    """Return the answer: amounts as decimal strings, reasons as sentences."""
    return OffersAnswer(
        decision_id=decision_id,
        placement=decision.placement,
        generation=decision.generation,
        offers=render_proposals(decision.proposals, language),
        notes=[NoteAnswer(note.code, note.pointer, note.detail) for note in decision.notes],
        trace=UNSET if decision.trace is None else [_trace(offer) for offer in decision.trace],
    )


def render_proposals(proposals: Iterable[Proposal], language: str) -> list[OfferAnswer]:
    """Return the proposals as they are answered."""
    return [_proposal(proposal, language) for proposal in proposals]


def _proposal(proposal: Proposal, language: str) -> OfferAnswer:
    currency, reason = proposal.currency, proposal.reason
    return OfferAnswer(
        offer=proposal.offer,
        kind=proposal.kind,
        position=proposal.position,
        headline=proposal.headline,
        body=proposal.body,
        products=[_product(product, currency) for product in proposal.products],
        replaces=proposal.replaces,
        gains=list(proposal.gains),
        price=OfferPrice(
            list=money(proposal.list_minor, currency),
            offer=money(proposal.offer_minor, currency),
            saving=money(proposal.saving_minor, currency),
        ),
        strategy=proposal.strategy,
        reason=OfferReason(
            code=reason.code,
            text=reason_text(reason.code, reason.evidence, language),
            evidence=dict(reason.evidence),
        ),
    )


def _product(product: ProposedProduct, currency: str) -> OfferedProduct:
    return OfferedProduct(
        sku=product.sku,
        name=product.name,
        quantity=product.quantity,
        image_url=product.image_url,
        page_url=product.page_url,
        price=money(product.price_minor, currency),
        offer_price=money(product.offer_minor, currency),
    )


@lru_cache(maxsize=4096)
def money(minor: int, currency: str) -> Money:
    """Return an amount as it goes over the wire; an answer names the same one many times."""
    return Money(to_major(minor, currency), currency)


def _trace(offer: OfferTrace) -> TraceAnswer:
    candidates = [
        CandidateAnswer(c.sku, c.strategy, c.score, c.removed_by, dict(c.detail)) for c in offer.candidates
    ]
    return TraceAnswer(offer.offer, list(offer.matched), offer.failed, candidates)
