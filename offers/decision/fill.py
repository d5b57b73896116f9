"""Step 6, rank and fill: the slots, best first, from a bounded pool of offers.

Offers are asked in their order: priority, then age. Those of one priority compete by expected value;
a lower priority is asked only for the slots that are left. However many offers match, at most ASKED
are asked for candidates, and of one priority at most POOL_PER_SLOT times the slots (and LEAST_POOL) that
have something to propose: the older ones. So the work has an upper bound that no catalogue moves.
"""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import islice

from msgspec import Struct

from offers.decision.candidate import NOTHING, Candidate
from offers.decision.context import Context
from offers.decision.guard import first_guard
from offers.decision.price import Priced, expected_value, price
from offers.decision.strategies import STRATEGIES
from offers.decision.trace import Trace
from offers.snapshot.records import OfferRecord

ASKED = 96
POOL_PER_SLOT = 3
LEAST_POOL = 12
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


class Page(Struct):
    """The slots of the placement as they fill, and what must not come twice."""

    slot_count: int
    slots: list[Slot] = []
    products: set[int] = set()
    ladders: dict[int, int] = {}

    @property
    def is_full(self) -> bool:
        """Tell whether every slot is taken."""
        return len(self.slots) >= self.slot_count


def fill(context: Context, rows: Iterable[int], slot_count: int, trace: Trace | None) -> list[Slot]:
    """Fill the slots from the matching offers, given by row in the order in which they are asked."""
    page = Page(slot_count)
    pool = max(LEAST_POOL, POOL_PER_SLOT * slot_count)
    heads: list[Head] = []
    asked: list[Asked] = []
    priority = None
    for row in rows:
        offer = context.snapshot.offers[row]
        if offer.priority != priority:
            priority = offer.priority
            _take_best(context, heads, page, trace)
        if page.is_full or len(asked) >= ASKED or len(heads) >= pool:
            break
        one = Asked(offer, candidates_of(context, offer, trace))
        asked.append(one)
        if trace is not None:
            trace.asked(offer)
        _push_next(context, heads, one, page, trace)
    _take_best(context, heads, page, trace)
    if trace is not None:
        _trace_the_rest(context, heads, asked, trace)
    return page.slots


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


def _take_best(context: Context, heads: list[Head], page: Page, trace: Trace | None) -> None:
    """Move the most valuable candidates from the heap to the page until either has no more."""
    while heads and not page.is_full:
        _value, _row, candidate, priced, one = heappop(heads)
        reason = _page_guard(context, page, one.offer, candidate)
        if reason is None:
            _place(context, page, Slot(one.offer, candidate, priced))
            one.filled_count += 1
        if trace is not None:
            trace.note(context, one.offer, candidate, reason, priced)
        if one.filled_count < one.offer.max_proposals:
            _push_next(context, heads, one, page, trace)


def _push_next(context: Context, heads: list[Head], one: Asked, page: Page, trace: Trace | None) -> None:
    """Put the offer's next candidate that the page can still take on the heap."""
    for candidate in one.candidates:
        reason = _page_guard(context, page, one.offer, candidate)
        if reason is None:
            priced = price(context, one.offer, candidate)
            value = expected_value(candidate, priced)
            heappush(heads, (-value, one.offer.row, candidate, priced, one))
            return
        if trace is not None:
            trace.note(context, one.offer, candidate, reason)


def _page_guard(context: Context, page: Page, offer: OfferRecord, candidate: Candidate) -> str | None:
    """Remove what stands on the page already, and a ladder that another offer climbs there."""
    for product, _quantity in candidate.parts:
        if product in page.products:
            return "already_proposed"
    if candidate.to_tier != NOTHING:
        ladder = context.snapshot.ladders.ladder[candidate.to_tier]
        if page.ladders.get(ladder, offer.row) != offer.row:
            return "ladder_already_shown"
    return None


def _place(context: Context, page: Page, slot: Slot) -> None:
    """Fill the next slot, and remember what must not come again."""
    page.slots.append(slot)
    page.products.update(product for product, _quantity in slot.candidate.parts)
    if slot.candidate.to_tier != NOTHING:
        page.ladders[context.snapshot.ladders.ladder[slot.candidate.to_tier]] = slot.offer.row


def _trace_the_rest(context: Context, heads: list[Head], asked: list[Asked], trace: Trace) -> None:
    """Note what there would have been too, had there been room: the heads and some that follow each."""
    for _value, _row, candidate, priced, one in sorted(heads, key=lambda head: head[:2]):
        trace.note(context, one.offer, candidate, "no_slot_left", priced)
    for one in asked:
        reason = "no_slot_left" if one.filled_count < one.offer.max_proposals else "offer_has_enough"
        for candidate in islice(one.candidates, TRACED):
            trace.note(context, one.offer, candidate, reason)
