"""Step 6, rank and fill: the slots, best first, from a bounded pool of offers.

Offers are asked in their order: priority, then age. Those of one priority compete by expected value;
a lower priority is asked only for the slots that are left. However many offers match, they compete in
pools of POOL_PER_SLOT times the slots (at least LEAST_POOL) that have something to propose, and at most
ASKED of them are asked at all. Where these leave slots empty, as many further offers as there are slots
are asked that have a last resort. So the work has an upper bound that no number of offers moves.
"""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import islice

from msgspec import Struct

from engine.decision.candidate import NOTHING, Candidate
from engine.decision.context import Context
from engine.decision.guard import first_guard
from engine.decision.match import each_bit
from engine.decision.price import Priced, expected_value, price
from engine.decision.slow_movers import help_slow_movers
from engine.decision.strategies import STRATEGIES
from engine.decision.trace import Trace
from engine.snapshot.records import OfferRecord

ASKED = 64
POOL_PER_SLOT = 2
LEAST_POOL = 8
# How many candidates that were not needed an explanation lists of each offer.
TRACED = 20


class Slot(Struct):
    """A slot filled."""

    offer: OfferRecord
    candidate: Candidate
    priced: Priced


class Asked(Struct):
    """An offer that was asked, the candidates it still has, and how many slots it filled."""

    offer: OfferRecord
    candidates: Iterator[Candidate]
    filled_count: int = 0


# The best candidate an offer has left. The value is negative, so that a heap has the best on top; rows
# settle ties, and an offer stands in the heap once, so nothing behind the row is ever compared.
Head = tuple[float, int, Candidate, Priced, Asked]


def fill(context: Context, matched: int, slot_count: int, trace: Trace | None) -> list[Slot]:
    """Fill the slots from the set of offers that apply; bits run in the order in which to ask."""
    filling = Filling(context, slot_count, trace)
    not_asked = filling.fill_from(matched, ASKED)
    filling.fill_from(not_asked & context.snapshot.conditions.last_resort, slot_count)
    if trace is not None:
        filling.trace_the_rest(trace)
    return filling.slots


def candidates_of(context: Context, offer: OfferRecord, trace: Trace | None) -> Iterator[Candidate]:
    """Yield what the offer's strategies propose and the guards let pass, in the order of strategies."""
    strategies = STRATEGIES[offer.kind]
    for code in offer.strategies:
        strategy = strategies.get(code)
        if strategy is None:
            continue
        for candidate in strategy(context, offer):
            reason = first_guard(context, offer, candidate)
            if reason is None:
                yield candidate
            elif trace is not None:
                trace.note(context, offer, candidate, reason)


class Filling:
    """The slots as they fill, what must not come twice, and the offers that compete for the rest."""

    def __init__(self, context: Context, slot_count: int, trace: Trace | None) -> None:
        self.slots: list[Slot] = []
        self.asked: list[Asked] = []
        self._context = context
        self._slot_count = slot_count
        self._trace = trace
        self._heads: list[Head] = []
        self._shown: set[int] = set()
        self._told: set[Hashable] = set()
        self._climbed: dict[int, int] = {}

    @property
    def is_full(self) -> bool:
        """Tell whether every slot is taken."""
        return len(self.slots) >= self._slot_count

    def fill_from(self, matched: int, at_most: int) -> int:
        """Fill slots from a set of offers, asking at most so many; return those that were not asked."""
        pool = max(LEAST_POOL, POOL_PER_SLOT * self._slot_count)
        limit = len(self.asked) + at_most
        rows = each_bit(matched)
        row = next(rows, None)
        while row is not None and not self.is_full and len(self.asked) < limit:
            row = self._ask(row, rows, pool, limit)
            self._take_best()
        return 0 if row is None else matched >> row << row

    def trace_the_rest(self, trace: Trace) -> None:
        """Note what there would have been too: the heads left and some candidates behind them."""
        for _value, _row, candidate, priced, one in sorted(self._heads, key=lambda head: head[:2]):
            trace.note(self._context, one.offer, candidate, "no_slot_left", priced)
        for one in self.asked:
            has_enough = one.filled_count >= one.offer.max_proposals
            for candidate in islice(one.candidates, TRACED):
                reason = self._page_guard(one.offer, candidate)
                left_over = "offer_has_enough" if has_enough else "no_slot_left"
                trace.note(self._context, one.offer, candidate, reason or left_over)

    def _ask(self, row: int, rows: Iterator[int], pool: int, limit: int) -> int | None:
        """Ask this offer and those of its priority behind it until a pool competes; return the next row."""
        offers = self._context.snapshot.offers
        offer = offers[row]
        priority = offer.priority
        while offer.priority == priority:
            candidates = candidates_of(self._context, offer, self._trace)
            if offer.slow_mover_boost:
                candidates = help_slow_movers(self._context, offer, candidates)
            one = Asked(offer, candidates)
            self.asked.append(one)
            if self._trace is not None:
                self._trace.asked(offer)
            self._push_next(one)
            following = next(rows, None)
            if following is None or len(self._heads) >= pool or len(self.asked) >= limit:
                return following
            row, offer = following, offers[following]
        return row

    def _take_best(self) -> None:
        """Fill slots with the most valuable heads until either runs out."""
        while self._heads and not self.is_full:
            _value, _row, candidate, priced, one = heappop(self._heads)
            reason = self._page_guard(one.offer, candidate)
            if reason is None:
                self._place(Slot(one.offer, candidate, priced))
                one.filled_count += 1
            if self._trace is not None:
                self._trace.note(self._context, one.offer, candidate, reason, priced)
            # With every slot taken, only an explanation asks for what would have come next.
            if one.filled_count < one.offer.max_proposals and (self._trace is not None or not self.is_full):
                self._push_next(one)

    def _push_next(self, one: Asked) -> None:
        """Let the offer compete with its next candidate that the page can still take."""
        for candidate in one.candidates:
            reason = self._page_guard(one.offer, candidate)
            if reason is None:
                priced = price(self._context, one.offer, candidate)
                value = expected_value(candidate, priced)
                heappush(self._heads, (-value, one.offer.row, candidate, priced, one))
                return
            if self._trace is not None:
                self._trace.note(self._context, one.offer, candidate, reason)

    def _page_guard(self, offer: OfferRecord, candidate: Candidate) -> str | None:
        """Remove what stands on the page already, and a ladder that another offer climbs there."""
        if candidate.change is not None:
            return "already_proposed" if candidate.change.about in self._told else None
        if candidate.bundle is None:
            if candidate.product in self._shown:
                return "already_proposed"
        elif any(product in self._shown for product, _quantity in candidate.parts):
            return "already_proposed"
        if candidate.to_tier != NOTHING:
            ladder = self._context.snapshot.ladders.ladder[candidate.to_tier]
            if self._climbed.get(ladder, offer.row) != offer.row:
                return "ladder_already_shown"
        return None

    def _place(self, slot: Slot) -> None:
        """Fill the next slot, and remember what must not come again."""
        self.slots.append(slot)
        candidate = slot.candidate
        if candidate.change is not None:
            self._told.add(candidate.change.about)
            return
        for product, _quantity in candidate.parts:
            self._shown.add(product)
        if candidate.to_tier != NOTHING:
            self._climbed[self._context.snapshot.ladders.ladder[candidate.to_tier]] = slot.offer.row
