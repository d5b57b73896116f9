"""Best sellers: of the categories in focus, of the whole shop."""

from collections.abc import Iterator
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.learned import Ranked
from engine.decision.strategies.strategy import Strategy
from engine.decision.types import Evidence
from engine.snapshot.records import OfferRecord


def category_popular(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the best sellers of the categories in focus, then of the categories above them."""
    del offer
    level = 0
    while (ranked := context.learned.popular_at(level)) is not None:
        yield from _best_sellers(context, "category_popular", ranked)
        level += 1


def popular(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the best sellers of the whole shop: the last resort."""
    del offer
    return _best_sellers(context, "popular", context.learned.popular())


def _best_sellers(context: Context, strategy: str, ranked: Ranked) -> Iterator[Candidate]:
    for product, orders in ranked:
        yield Candidate(strategy, product, orders, popular_relevance(context, orders), basis=int(orders))


def popular_relevance(context: Context, orders: float) -> float:
    """Return the share of all orders that hold a best seller."""
    return min(orders / max(context.snapshot.order_count, 1), 1.0)


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    del context
    return {"orders": candidate.basis}


CATEGORY_POPULAR: Final = Strategy(
    code="category_popular",
    propose=category_popular,
    evidence=_evidence,
    helps_slow_movers=True,
    follows_interest=True,
)
POPULAR: Final = Strategy(
    code="popular", propose=popular, evidence=_evidence, helps_slow_movers=True, follows_interest=True
)
