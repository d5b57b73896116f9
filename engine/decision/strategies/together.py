"""What is bought with the products in focus."""

from collections.abc import Iterator
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.strategy import Strategy
from engine.decision.types import Evidence
from engine.snapshot.data import PIN_SCORE
from engine.snapshot.records import OfferRecord


def bought_together(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what is bought with the products in focus, by the sum of the scores."""
    del offer
    for product, score, link in context.learned.bought_together():
        relevance = link_relevance(context, link, score)
        yield Candidate("bought_together", product, score, relevance, basis=link)


def link_relevance(context: Context, link: int, score: float) -> float:
    """Return the share of those who buy a link's product that also buy its partner.

    A pinned partner counts at least as much as a hand-picked product.
    """
    relevance = context.snapshot.partners.confidence[link]
    return max(relevance, PRIOR_RELEVANCE["curated"]) if score >= PIN_SCORE else relevance


def _is_pinned(context: Context, candidate: Candidate) -> bool:
    """Tell whether a merchandiser pinned the partner."""
    return context.learned.is_pinned(candidate.basis)


def _evidence(context: Context, candidate: Candidate) -> Evidence:
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


BOUGHT_TOGETHER: Final = Strategy(
    code="bought_together",
    propose=bought_together,
    evidence=_evidence,
    helps_slow_movers=True,
    follows_interest=True,
    is_picked=_is_pinned,
)
