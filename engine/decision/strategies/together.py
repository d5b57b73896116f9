"""What is bought with the products in focus."""

from collections.abc import Iterator

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.snapshot.data import PIN_SCORE
from engine.snapshot.records import OfferRecord


def bought_together(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what is bought with the products in focus, by the sum of the scores."""
    del offer
    for product, score, link in context.learned.bought_together():
        relevance = link_relevance(context, link, score)
        yield Candidate("bought_together", product, score, relevance, basis=link)


def link_relevance(context: Context, link: int, score: float) -> float:
    """Return how many of those who buy a link's product also take its partner; a pin is trusted further."""
    relevance = context.snapshot.partners.confidence[link]
    return max(relevance, PRIOR_RELEVANCE["curated"]) if score >= PIN_SCORE else relevance
