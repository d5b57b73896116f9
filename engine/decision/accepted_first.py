"""Rank: let products come earlier that are accepted more often than expected.

Among the first candidates of a strategy, the score of each counts as often as shoppers accept it here. What
staff picked, related or pinned keeps its order.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
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
    answers = context.answers
    if answers is None or not answers.knows_products_of(offer.id) or _PICKED.issuperset(offer.strategies):
        return candidates
    return _reordered(context, offer, candidates, answers.most_of(offer.id))


def _reordered(
    context: Context, offer: OfferRecord, candidates: Iterator[Candidate], most: float
) -> Iterator[Candidate]:
    """Yield each candidate once none behind it can pass it: scores fall, and no ratio is above `most`.

    So only as many are proposed as the order needs.
    """
    for code, run in groupby(candidates, key=attrgetter("strategy")):
        strategy = None if code in _PICKED else STRATEGIES.get(code)
        if strategy is not None:
            waiting: list[tuple[float, int, Candidate]] = []
            for place, candidate in enumerate(islice(run, WINDOW)):
                if strategy.is_picked(context, candidate):
                    yield candidate
                    continue
                score = candidate.ranked_by
                heappush(waiting, (-score * ratio_of(context, offer, candidate), place, candidate))
                while waiting and waiting[0][0] <= -score * most:
                    yield heappop(waiting)[2]
            yield from (candidate for _score, _place, candidate in sorted(waiting))
        yield from run
