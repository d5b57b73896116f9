"""Rank: let products come earlier that are accepted more often than expected.

Among the first candidates of a strategy, the score of each counts as often as shoppers accept it here. What
staff picked, related or pinned keeps its order.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from engine.decision.accepted import ratio_of
from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies import STRATEGIES
from engine.decision.strategies.strategy import always
from engine.snapshot.records import OfferRecord

# How many candidates of a strategy are reordered; those behind them keep their order.
WINDOW: Final = 12
# The strategies whose candidates are all chosen by staff.
_PICKED: Final = frozenset(code for code, strategy in STRATEGIES.items() if strategy.is_picked is always)


def order_by_acceptance(
    context: Context, offer: OfferRecord, candidates: Iterator[Candidate]
) -> Iterator[Candidate]:
    """Yield the candidates, those of one strategy by score times ratio."""
    if context.answers is None or _PICKED.issuperset(offer.strategies):
        return candidates
    is_known = context.answers.knows_products_of(offer.id)
    return _reordered(context, offer, candidates) if is_known else candidates


def _reordered(context: Context, offer: OfferRecord, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    def key(candidate: Candidate) -> float:
        return candidate.ranked_by * ratio_of(context, offer, candidate)

    for code, run in groupby(candidates, key=attrgetter("strategy")):
        strategy = None if code in _PICKED else STRATEGIES.get(code)
        if strategy is not None:
            learned: list[Candidate] = []
            for candidate in islice(run, WINDOW):
                if strategy.is_picked(context, candidate):
                    yield candidate
                else:
                    learned.append(candidate)
            yield from sorted(learned, key=key, reverse=True)
        yield from run
