"""What merchandisers pick by hand."""

from collections.abc import Iterator
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.strategy import Strategy, always
from engine.decision.types import Evidence
from engine.snapshot.records import OfferRecord


def curated(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products, in their order."""
    del context
    for place, product in enumerate(offer.curated, 1):
        yield Candidate("curated", product, 1 / place, PRIOR_RELEVANCE["curated"] / place, basis=place)


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    del context
    return {"place": candidate.basis}


CURATED: Final = Strategy(code="curated", propose=curated, evidence=_evidence, is_picked=always)
