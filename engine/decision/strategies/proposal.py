"""What all strategies share: their type, and what is expected of a proposal that nobody has measured yet."""

from collections.abc import Callable, Iterator

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.snapshot.records import OfferRecord

Strategy = Callable[[Context, OfferRecord], Iterator[Candidate]]

# How many in a hundred shoppers are expected to take the first proposal of a merchandiser's own choice,
# before there are results to learn it from. The n-th proposal counts 1/n of it.
PRIOR_RELEVANCE = {
    "curated": 0.08,
    "ladder": 0.05,
    "related": 0.06,
    "similar": 0.03,
    "bundle": 0.05,
    "quantity": 0.06,
    "subscription": 0.03,
    "add_on": 0.06,
    "threshold": 0.05,
    "buy_get": 0.06,
}


def found_once(context: Context, find: Callable[[Context], list[Candidate]]) -> list[Candidate]:
    """Return what depends on the context alone; every offer of a decision shares it."""
    found = context.found.get(find.__name__)
    if found is None:
        found = context.found[find.__name__] = find(context)
    return found
