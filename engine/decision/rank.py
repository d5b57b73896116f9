"""Rank: the offers that compete for slots, each with its best candidate that the page can still show."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice

from msgspec import Struct

from engine.decision.candidate import Candidate, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import Proposer
from engine.decision.page import Page, Slot
from engine.decision.price import expected_value
from engine.decision.trace import Trace
from engine.snapshot.records import OfferRecord

# How many candidates that were not needed an explanation lists of each offer.
TRACED = 20
# The reason of a candidate whose exact price does not keep what its offer promises.
NO_SAVING = "no_saving"


class CompetingOffer(Struct):
    """An offer that competes, the candidates it still has, and how many slots it filled."""

    offer: OfferRecord
    proposer: Proposer
    candidates: Iterator[Candidate]
    filled_count: int = 0


# The best candidate an offer has left. The value is negative, so that a heap has the best on top; rows settle
# ties, and a contender has one entry in the heap, so nothing behind the row is ever compared.
Head = tuple[float, int, Candidate, Priced, CompetingOffer]


class Ranking:
    """The contenders by the expected value of their best candidates."""

    def __init__(self, context: Context, page: Page, trace: Trace | None) -> None:
        self._context = context
        self._page = page
        self._trace = trace
        self._heads: list[Head] = []

    def __len__(self) -> int:
        return len(self._heads)

    def enter(self, contender: CompetingOffer) -> None:
        """Let an offer compete with its next candidate that the page can show, at its price."""
        offer = contender.offer
        for candidate in contender.candidates:
            reason = self._page.removed_by(offer, candidate)
            if reason is None:
                priced = contender.proposer.price(self._context, offer, candidate)
                value = expected_value(self._context, offer, candidate, priced)
                value *= self._context.restraint.lever_of(offer.row)
                heappush(self._heads, (-value, offer.row, candidate, priced, contender))
                return
            if self._trace is not None:
                self._trace.note(self._context, offer, candidate, reason)

    def fill_slots(self) -> None:
        """Fill slots with the most valuable candidates until either runs out."""
        while self._heads and self._page.free_count > 0:
            _value, _row, candidate, priced, contender = heappop(self._heads)
            reason = self._page.removed_by(contender.offer, candidate)
            if reason is None:
                exact = contender.proposer.price_exactly(self._context, contender.offer, candidate, priced)
                if exact is None or not contender.proposer.keeps_promise(priced, exact):
                    reason = NO_SAVING
                else:
                    priced = exact
            if reason is None:
                self._page.place(Slot(contender.offer, candidate, priced))
                contender.filled_count += 1
            if self._trace is not None:
                self._trace.note(self._context, contender.offer, candidate, reason, priced)
            # With every slot filled, only an explanation needs what would have come next.
            has_enough = contender.filled_count >= contender.offer.max_proposals
            if not has_enough and (self._trace is not None or self._page.free_count > 0):
                self.enter(contender)

    def trace_the_rest(self, contenders: list[CompetingOffer], trace: Trace) -> None:
        """Note what there would have been too: the candidates that compete and some behind them."""
        for _value, _row, candidate, priced, contender in sorted(self._heads, key=lambda head: head[:2]):
            trace.note(self._context, contender.offer, candidate, "no_slot_left", priced)
        for contender in contenders:
            has_enough = contender.filled_count >= contender.offer.max_proposals
            left_over = "offer_has_enough" if has_enough else "no_slot_left"
            for candidate in islice(contender.candidates, TRACED):
                reason = self._page.removed_by(contender.offer, candidate) or left_over
                trace.note(self._context, contender.offer, candidate, reason)
