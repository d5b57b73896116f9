"""Rank: let slow movers come earlier, within bounds, where a merchandiser wants it.

Among the candidates of a strategy that allows it, a slow mover's score counts more, up to the offer's boost.
One that hardly anybody would accept gets no help. An explanation says how much relevance the help cost.
"""

from collections.abc import Iterator
from itertools import groupby, islice

from engine.decision.accepted import ratio_of
from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies import STRATEGIES
from engine.snapshot.records import OfferRecord

# Below it, fewer than one in a hundred shoppers are expected to accept.
RELEVANCE_FLOOR = 0.01
# How many candidates of a strategy are reordered; those behind them keep their order.
WINDOW = 12


def help_slow_movers(
    context: Context, offer: OfferRecord, candidates: Iterator[Candidate]
) -> Iterator[Candidate]:
    """Yield the candidates, slow movers among those of one strategy further ahead."""
    for code, run in groupby(candidates, key=lambda candidate: candidate.strategy):
        behind, strategy = iter(run), STRATEGIES.get(code)
        if strategy is not None and strategy.helps_slow_movers:
            yield from _reordered(context, offer, list(islice(behind, WINDOW)))
        yield from behind


def _reordered(context: Context, offer: OfferRecord, before: list[Candidate]) -> list[Candidate]:
    """Return the candidates by their boosted scores; note on each slow mover what its position cost."""
    slowness = context.snapshot.products.slowness
    for candidate in before:
        if candidate.relevance >= RELEVANCE_FLOOR:
            candidate.boost = offer.slow_mover_boost * slowness[candidate.product]
    after = sorted(before, key=lambda one: one.ranked_by * ratio_of(context, offer, one), reverse=True)
    for candidate, displaced in zip(after, before, strict=True):
        if candidate is not displaced and slowness[candidate.product] > 0:
            candidate.relevance_cost = max(displaced.relevance - candidate.relevance, 0.0)
    return after
