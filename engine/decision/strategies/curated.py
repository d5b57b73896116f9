"""What merchandisers pick by hand."""

from collections.abc import Iterator

from engine.decision.candidate import NOTHING, Candidate
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.snapshot.records import OfferRecord


def curated(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products, in their order."""
    del context
    for place, product in enumerate(offer.curated, 1):
        relevance = PRIOR_RELEVANCE["curated"] / place
        yield Candidate("curated", product, 1 / place, relevance, basis=place)


def curated_upgrade(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products instead of the dearest one in focus."""
    price = context.snapshot.products.price
    replaces = max(context.focus, key=price.__getitem__, default=NOTHING)
    for candidate in curated(context, offer):
        candidate.replaces, candidate.quantity = replaces, context.units_of(replaces)
        yield candidate
