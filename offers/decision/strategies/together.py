"""What is bought with the products in focus."""

from collections.abc import Iterator

from offers.decision.candidate import Candidate
from offers.decision.context import Context
from offers.decision.strategies.proposal import PRIOR_RELEVANCE
from offers.snapshot.data import PIN_SCORE
from offers.snapshot.records import OfferRecord


def bought_together(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what is bought with the products in focus, by the sum of the scores."""
    del offer
    confidence = context.snapshot.partners.confidence
    for product, score, link in context.learned.bought_together():
        relevance = confidence[link]
        if score >= PIN_SCORE:
            relevance = max(relevance, PRIOR_RELEVANCE["curated"])
        yield Candidate("bought_together", product, score, relevance, basis=link)
