"""What all strategies share."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.types import Evidence
from engine.snapshot.records import OfferRecord

# Return an offer's candidates, best first.
Propose = Callable[[Context, OfferRecord], Iterator[Candidate]]


def never(context: Context, candidate: Candidate) -> bool:
    """Say no: the statistics chose the candidate."""
    del context, candidate
    return False


def always(context: Context, candidate: Candidate) -> bool:
    """Say yes: a merchandiser chose the candidate."""
    del context, candidate
    return True


def no_evidence(context: Context, candidate: Candidate) -> Evidence:
    """Return nothing: each candidate carries the code of another strategy."""
    del context, candidate
    return {}


class Strategy(Struct, frozen=True, kw_only=True):
    """A source of products that offers of several kinds can use.

    `evidence` is what led to one of its candidates. `reason` is the reason's code if that is not the
    strategy's own. Slow movers may come earlier in its order where it `helps_slow_movers`, and what the
    shopper looked at where it `follows_interest`. `is_picked` tells whether a merchandiser chose one of its
    candidates, not the statistics.
    """

    code: str
    propose: Propose
    evidence: Callable[[Context, Candidate], Evidence] = no_evidence
    reason: str | None = None
    helps_slow_movers: bool = False
    follows_interest: bool = False
    is_picked: Callable[[Context, Candidate], bool] = never


def found_once(context: Context, find: Callable[[Context], list[Candidate]]) -> list[Candidate]:
    """Return what depends on the context alone; every offer of a decision shares it."""
    found = context.found.get(find)
    if found is None:
        found = context.found[find] = find(context)
    return found
