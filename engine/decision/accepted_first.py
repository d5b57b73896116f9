"""Rank: let products come earlier that are accepted more often than expected.

Among the first candidates of a strategy, the score of each counts as often as shoppers accept it here. What
staff picked, related or pinned keeps its order.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Final

from engine.decision.accepted import ratio_of
from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies import STRATEGIES
from engine.snapshot.records import OfferRecord

# How many candidates of a strategy are reordered; those behind them keep their order.
WINDOW: Final = 12


def order_by_acceptance(
    context: Context, offer: OfferRecord, candidates: Iterator[Candidate]
) -> Iterator[Candidate]:
    """Yield the candidates, those of one strategy by score times ratio."""
    has_ratios = context.answers is not None and context.answers.knows_products_of(offer.id)
    return _reordered(context, offer, candidates) if has_ratios else candidates


def _reordered(context: Context, offer: OfferRecord, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    def key(candidate: Candidate) -> float:
        return candidate.ranked_by * ratio_of(context, offer, candidate)

    for code, run in groupby(candidates, key=lambda candidate: candidate.strategy):
        behind, strategy = iter(run), STRATEGIES.get(code)
        first = [] if strategy is None else list(islice(behind, WINDOW))
        picked = [one for one in first if strategy is not None and strategy.is_picked(context, one)]
        yield from picked
        yield from sorted([one for one in first if one not in picked], key=key, reverse=True)
        yield from behind
