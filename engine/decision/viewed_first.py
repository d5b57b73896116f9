"""Rank: let what the shopper looked at come earlier, within bounds.

The relevance of such a candidate counts up to half more (`engine.decision.interest`), which an explanation
shows. In the order of a strategy that follows interest, it may pass the candidates just above it; what staff
ordered stays as it is. Prices do not depend on it.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.strategies import STRATEGIES

# How many candidates of a strategy are reordered; those behind them keep their order.
WINDOW: Final = 12


def lift_viewed(context: Context, found: Iterator[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates of one strategy, those looked at further ahead if it follows interest."""
    ordered: list[Candidate] = []
    for candidate in islice(found, WINDOW):
        candidate.interest = _interest_in(context, candidate)
        place = len(ordered)
        if candidate.interest and _can_move(context, candidate):
            while place and _passes(context, candidate, ordered[place - 1]):
                place -= 1
        ordered.insert(place, candidate)
    yield from ordered
    for candidate in found:
        candidate.interest = _interest_in(context, candidate)
        yield candidate


def _passes(context: Context, candidate: Candidate, before: Candidate) -> bool:
    return _can_move(context, before) and before.ranked_by < candidate.ranked_by


def _can_move(context: Context, candidate: Candidate) -> bool:
    """Tell whether the order may change: not that of staff, who picked, related or pinned."""
    strategy = STRATEGIES.get(candidate.strategy)
    return strategy is not None and strategy.follows_interest and not strategy.is_picked(context, candidate)


def _interest_in(context: Context, candidate: Candidate) -> float:
    """Return the interest in what a candidate sells; none in a change of what the cart holds."""
    if candidate.change is not None:
        return 0.0
    rows = [row for row, _units in candidate.parts]
    return max((context.interest.of(context.snapshot, row) for row in rows), default=0.0)
