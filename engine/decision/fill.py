"""Fill the slots, best first, from a bounded pool of offers: propose, guard, price, rank.

Offers are asked in their order: that of the placement's board, then priority and age. Each offer on the board
has a turn of its own; the others of one priority compete by expected value, and a lower priority is asked
only for the slots that are left. Reserved slots are filled first, each from the offers that may fill it; one
that nothing fits stays empty. Where a cap leaves fewer slots than a placement has, what is due to be bought
again gets the first of them. However many offers match, they compete in pools
of POOL_PER_SLOT times the slots (at least LEAST_POOL) that have something to propose, and at most ASKED of
them are asked at all. If these leave slots empty, offers that use best sellers as a last resort are asked,
at most one more per slot. So the work has an upper bound, however many offers there are.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from engine.decision.accepted_first import order_by_acceptance
from engine.decision.asking import asking_order, turns_of
from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.guards import first_reason
from engine.decision.kinds import KINDS
from engine.decision.kinds.proposer import Proposer
from engine.decision.page import Page, Slot
from engine.decision.rank import CompetingOffer, Ranking
from engine.decision.slow_movers import help_slow_movers
from engine.decision.strategies.ladder import next_lower_step
from engine.decision.strategies.replenishment import REPLENISHMENT
from engine.decision.trace import Trace
from engine.decision.viewed_first import lift_viewed
from engine.snapshot.records import OfferRecord

ASKED = 64
POOL_PER_SLOT = 2
LEAST_POOL = 8


def fill(context: Context, page: Page, matched: int, trace: Trace | None) -> list[Slot]:
    """Fill the page's free slots from the offers that apply; return the filled ones by position."""
    _fill_reserved(context, page, matched, trace)
    if page.is_capped:
        _keep_for_due(context, page, matched & context.snapshot.conditions.replenishing, trace)
    slot_count = page.free_count
    filling = Filling(context, page, trace)
    not_asked = filling.fill_from(matched, ASKED)
    if not_asked:
        filling.fill_from(not_asked & context.snapshot.conditions.last_resort, slot_count)
    return sorted(filling.finish(), key=attrgetter("position"))


def _fill_reserved(context: Context, page: Page, matched: int, trace: Trace | None) -> None:
    """Fill the reserved slots, each from the offers that may fill it, and open the others.

    The offers are asked again for the other slots; an explanation notes here only what filled a slot.
    """
    placement, slot_count = context.placement, page.slot_count
    reserved = () if placement is None else tuple(one for one in placement.reserved if one[0] <= slot_count)
    if not reserved:
        return
    for position, may_fill in reserved:
        page.open_slots((position,))
        Filling(context, page, None).fill_from(matched & may_fill, ASKED)
    _note_filled(context, page.slots, trace)
    taken = {position for position, _may_fill in reserved}
    page.open_slots([position for position in range(1, slot_count + 1) if position not in taken])


def _keep_for_due(context: Context, page: Page, replenishing: int, trace: Trace | None) -> None:
    """Give a slot to what is due to be bought again before others use up the cap.

    The offers are asked again for the other slots.
    """
    customer, free_count, filled_count = context.request.customer, page.free_count, len(page.slots)
    if customer is None or not customer.due or not free_count:
        return
    page.free_count = 1
    Filling(context, page, None, strategy=REPLENISHMENT.code).fill_from(replenishing, ASKED)
    page.free_count += free_count - 1
    _note_filled(context, page.slots[filled_count:], trace)


def _note_filled(context: Context, slots: Sequence[Slot], trace: Trace | None) -> None:
    if trace is not None:
        for slot in slots:
            trace.asked(slot.offer)
            trace.note(context, slot.offer, slot.candidate, None, slot.priced)


def contender_of(context: Context, page: Page, offer: OfferRecord, trace: Trace | None) -> CompetingOffer:
    """Return an offer with its candidates, proposed, guarded, and in order, and how many slots it fills."""
    proposer = KINDS[offer.kind]
    candidates = candidates_of(context, offer, proposer, trace)
    filled_count = sum([slot.offer.row == offer.row for slot in page.slots]) if page.slots else 0
    if context.answers is not None:
        candidates = order_by_acceptance(context, offer, candidates)
    if offer.slow_mover_boost:
        candidates = help_slow_movers(context, offer, candidates)
    return CompetingOffer(offer, proposer, candidates, filled_count)


def candidates_of(
    context: Context, offer: OfferRecord, proposer: Proposer, trace: Trace | None
) -> Iterator[Candidate]:
    """Yield what is proposed for the offer and let pass by all guards, best first."""
    guards_of_kind = proposer.guards
    # A declined offer is asked only where a placement wants a lower step.
    is_declined = context.restraint.declined >> offer.row & 1 and context.request.only is None
    for propose in (next_lower_step,) if is_declined else proposer.strategies_of(offer):
        found = propose(context, offer)
        for candidate in lift_viewed(context, found) if context.interest else found:
            reason = first_reason(context, offer, candidate, guards_of_kind)
            if reason is None:
                yield candidate
            elif trace is not None:
                trace.note(context, offer, candidate, reason)


class Filling:
    """The page as it fills, and the offers that compete for the rest of its slots.

    With a `strategy`, they compete only with what it proposes.
    """

    def __init__(self, context: Context, page: Page, trace: Trace | None, strategy: str = "") -> None:
        self._context = context
        self._trace = trace
        self._strategy = strategy
        self._page = page
        self._ranking = Ranking(context, self._page, trace)
        self._asked: list[CompetingOffer] = []
        self._turn_of = turns_of(context)
        self._pool = max(LEAST_POOL, POOL_PER_SLOT * page.free_count)

    def fill_from(self, matched: int, at_most: int) -> int:
        """Fill slots from a set of offers, asking `at_most` of them.

        Return those that were not asked; none if no slot is left for them.
        """
        limit = len(self._asked) + at_most
        rows, asked_before = asking_order(self._context, matched), len(self._asked)
        if self._context.is_open_to_cart is not None:
            rows = filter(self._context.is_open_to_cart, rows)
        row = next(rows, None)
        while row is not None and self._page.free_count > 0 and len(self._asked) < limit:
            row = self._ask(row, rows, limit)
            self._ranking.fill_slots()
        if row is None or self._page.free_count <= 0:
            return 0
        for contender in self._asked[asked_before:]:
            matched &= ~(1 << contender.offer.row)
        return matched

    def finish(self) -> list[Slot]:
        """Return the filled slots; note what else there would have been if an explanation is wanted."""
        if self._trace is not None:
            self._ranking.trace_the_rest(self._asked, self._trace)
        return self._page.slots

    def _ask(self, row: int, rows: Iterator[int], limit: int) -> int | None:
        """Ask this offer and the next of its turn until a pool competes; return the row that follows."""
        offers = self._context.snapshot.offers
        offer = offers[row]
        turn = self._turn_of(offer)
        while self._turn_of(offer) == turn:
            contender = contender_of(self._context, self._page, offer, self._trace)
            if self._strategy:
                contender.candidates = filter(self._is_of_strategy, contender.candidates)
            self._asked.append(contender)
            if self._trace is not None:
                self._trace.asked(offer)
            if contender.filled_count < offer.max_proposals:
                self._ranking.enter(contender)
            following = next(rows, None)
            if following is None or len(self._ranking) >= self._pool or len(self._asked) >= limit:
                return following
            row, offer = following, offers[following]
        return row

    def _is_of_strategy(self, candidate: Candidate) -> bool:
        return candidate.strategy == self._strategy
