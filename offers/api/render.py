"""Turn a decision into an API response."""

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET, UnsetType, structs

from engine.decision.types import Decision, OfferTrace, PageDecision, Proposal
from engine.notes import Note
from gateway.api.render import money
from offers.api.reasons import reason_text
from offers.api.render_condition import render_failing
from offers.api.render_product import render_product
from offers.api.shapes.offer import (
    CandidateAnswer,
    NoteAnswer,
    OfferAnswer,
    OffersAnswer,
    PageAnswer,
    PlacementAnswer,
    TraceAnswer,
)
from offers.api.shapes.proposal import OfferPrice, OfferReason
from offers.kinds.registry import kind_of


def render_decision(decision: Decision, *, decision_id: str, language: str) -> OffersAnswer:
    """Return the answer: amounts as decimal strings, reasons as sentences."""
    return OffersAnswer(
        decision_id=decision_id,
        placement=decision.placement,
        generation=decision.generation,
        offers=render_proposals(decision.proposals, language),
        notes=render_notes(decision.notes),
        trace=_traces(decision),
    )


def render_page(page: PageDecision, *, decision_ids: Iterable[str], language: str) -> PageAnswer:
    """Return the answer for several placements; each has the ID of its own decision."""
    return PageAnswer(
        generation=page.generation,
        placements=[
            PlacementAnswer(
                placement=decision.placement,
                decision_id=decision_id,
                offers=render_proposals(decision.proposals, language),
                trace=_traces(decision),
            )
            for decision, decision_id in zip(page.placements, decision_ids, strict=True)
        ],
        notes=render_notes(page.notes),
    )


def render_notes(notes: Iterable[Note]) -> list[NoteAnswer]:
    """Return the notes as they are answered."""
    return [NoteAnswer(note.code, note.pointer, note.detail) for note in notes]


def _traces(decision: Decision) -> list[TraceAnswer] | UnsetType:
    return UNSET if decision.trace is None else [_trace(offer) for offer in decision.trace]


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
        products=[render_product(product, currency) for product in proposal.products],
        replaces=proposal.replaces,
        gains=list(proposal.gains),
        price=OfferPrice(
            list=money(proposal.list_minor, currency),
            offer=money(proposal.offer_minor, currency),
            saving=money(proposal.saving_minor, currency),
            added=money(proposal.added_minor, currency),
            prior=UNSET if proposal.prior_minor is None else money(proposal.prior_minor, currency),
        ),
        strategy=proposal.strategy,
        reason=OfferReason(
            code=reason.code,
            text=reason_text(reason.code, reason.evidence, language),
            evidence=dict(reason.evidence),
        ),
        **_fields_of_kind(proposal),
    )


def _fields_of_kind(proposal: Proposal) -> dict[str, Any]:
    """Return what the kind of offer says beyond products and a price."""
    if proposal.detail is None:
        return {}
    return structs.asdict(kind_of(proposal.kind).render(proposal.detail, proposal.currency))


def _trace(offer: OfferTrace) -> TraceAnswer:
    candidates = [
        CandidateAnswer(c.sku, c.strategy, c.score, c.removed_by, dict(c.detail)) for c in offer.candidates
    ]
    failing = UNSET if offer.failing is None else render_failing(offer.failing)
    return TraceAnswer(offer.offer, list(offer.matched), offer.failed, candidates, failing)
