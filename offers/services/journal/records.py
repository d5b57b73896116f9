"""The journal's record of a decision, from what was asked and what was decided."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings
from msgspec import Struct

from engine.decision.types import CandidateTrace, Decision, DecisionRequest, Proposal
from engine.experiments.running import unit_of
from engine.journal.record import (
    VERSION,
    JournalCandidate,
    JournalCircumstances,
    JournalRecord,
    JournalSlot,
    JournalWithheld,
)
from gateway.services.remembered import remembered

# A sampled decision lists so many candidates: those that filled slots, then the first of the others.
MOST_CANDIDATES: Final = 200


class Owner(Struct, frozen=True):
    """Whom a decision is made for: the API key by primary key, the customer, the visitor or session."""

    key: int
    customer: str | None = None
    session: str | None = None

    @property
    def unit(self) -> str:
        """Return the shopper that experiments assign."""
        return unit_of(self.customer, self.session)


# Whoever asks: the answer may be cached.
ANYBODY: Final = Owner(0)


def circumstances_of(asked: DecisionRequest) -> JournalCircumstances:
    """Return what the records of all placements of a page have in common."""
    return JournalCircumstances(
        asked.product,
        tuple([(item.sku, item.quantity) for item in asked.cart]),
        asked.language_tag or asked.locale,
        _shop_currency(),
        asked.country,
        asked.context,
    )


@remembered
def _shop_currency() -> str:
    currency: str = settings.AWASE_CURRENCY
    return currency


def record_of(
    decision: Decision,
    *,
    decision_id: str,
    page: str,
    at_ms: int,
    channel: str,
    circumstances: JournalCircumstances,
    owner: Owner,
    snapshot: str,
) -> JournalRecord:
    """Return the record. Of a shopper who turned personalisation off, it does not say who it is."""
    shopper = decision.shopper
    return JournalRecord(
        version=VERSION,
        at=at_ms,
        decision=decision_id,
        page=page,
        key=owner.key,
        placement=decision.placement,
        channel=channel,
        customer=None if shopper.is_private else owner.customer,
        visitor=None if shopper.is_private else owner.session,
        circumstances=circumstances,
        audiences=shopper.audiences,
        segment=shopper.segment,
        shown=tuple([_slot(proposal) for proposal in decision.proposals]),
        arms=decision.arms,
        withheld=tuple([JournalWithheld(one.by, _slot(one.proposal)) for one in decision.withheld]),
        candidates=None if decision.candidates is None else _candidates(decision.candidates),
        generation=decision.generation,
        snapshot=snapshot,
        propensities=decision.propensities,
    )


def _slot(proposal: Proposal) -> JournalSlot:
    score, offer_minor = proposal.score, proposal.offer_minor
    return JournalSlot(
        proposal.offer,
        proposal.offer_id,
        proposal.version,
        proposal.kind,
        proposal.strategy,
        proposal.position,
        tuple([(product.sku, product.quantity) for product in proposal.products]),
        proposal.currency,
        offer_minor,
        proposal.list_minor - offer_minor,
        proposal.added_minor,
        *(() if score is None else (score.score, score.relevance, score.value)),
    )


def _candidates(by_offer: Mapping[str, Sequence[CandidateTrace]]) -> tuple[JournalCandidate, ...]:
    """Return the candidates of all offers, those that filled slots first."""
    found = [
        JournalCandidate(offer, one.sku, one.strategy, one.score, one.removed_by)
        for offer, candidates in by_offer.items()
        for one in candidates
    ]
    found.sort(key=lambda candidate: candidate.removed_by is not None)
    return tuple(found[:MOST_CANDIDATES])
