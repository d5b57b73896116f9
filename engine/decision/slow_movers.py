"""A bounded help for what lies on the shelf, where a merchandiser wants it.

Among the candidates of one learned strategy a slow mover counts up to the offer's boost more than it is
worth. One that hardly anybody would take is never helped, and an explanation says how much relevance the help
cost.
"""

from collections.abc import Iterator
from itertools import groupby, islice

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.snapshot.records import OfferRecord

# Fewer than one in a hundred shoppers are expected to take what lies below.
RELEVANCE_FLOOR = 0.01
# So many candidates of a strategy are looked at; those behind them keep their order.
WINDOW = 12
# What merchandisers put in order themselves is not touched.
HELPED_STRATEGIES = frozenset({"bought_together", "recommended", "similar", "category_popular", "popular"})


def help_slow_movers(
    context: Context, offer: OfferRecord, candidates: Iterator[Candidate]
) -> Iterator[Candidate]:
    """Yield the candidates, slow movers among those of one strategy further ahead."""
    for strategy, run in groupby(candidates, key=lambda candidate: candidate.strategy):
        behind = iter(run)
        if strategy in HELPED_STRATEGIES:
            yield from _reordered(context, offer, list(islice(behind, WINDOW)))
        yield from behind


def _reordered(context: Context, offer: OfferRecord, before: list[Candidate]) -> list[Candidate]:
    """Return the candidates by their boosted scores; note on each slow mover what its place cost."""
    slowness, boost = context.snapshot.products.slowness, offer.slow_mover_boost

    def boosted(candidate: Candidate) -> float:
        if candidate.relevance < RELEVANCE_FLOOR:
            return candidate.score
        return candidate.score * (1 + boost * slowness[candidate.product])

    after = sorted(before, key=boosted, reverse=True)
    for candidate, displaced in zip(after, before, strict=True):
        if candidate is not displaced and slowness[candidate.product] > 0:
            candidate.relevance_cost = max(displaced.relevance - candidate.relevance, 0.0)
    return after
