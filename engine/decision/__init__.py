"""Decide which offers to propose: a pure function of a snapshot and a request.

The steps have a module each:

1. `assigned`: to which arms and group the shopper belongs. `context`: find what the request names.
2. `match`: which offers apply.
3. `restrain`: what is held back from this shopper, by one pass over what they have seen and answered.
4. `declines`: what a placement shows after one of its offers was declined.
5. `fill` runs the next steps for as many offers as the slots need, in their order (`asking`):
   propose (`kinds`, `strategies`), guard (`guards`), restrain, price (`price`), and rank (`viewed_first`,
   `slow_movers`, `rank`), while `page` keeps anything from being shown twice.
6. `answer` and `trace`: say what was decided and why, once all slots of the page are filled.

All that differs between kinds of offer is in `kinds`. Nothing here reads a clock, a database or a random
number.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from engine.conditions import ArmRequired
from engine.decision.answer import decided_for, propose
from engine.decision.assigned import assigned, with_exposures
from engine.decision.context import Context, read_context
from engine.decision.declines import heed_declines
from engine.decision.fill import fill
from engine.decision.match import conditions_of, offers_in_question
from engine.decision.page import Page, Slot
from engine.decision.trace import Trace
from engine.decision.types import CandidateTrace, Decision, DecisionRequest, OfferTrace, PageDecision
from engine.experiments.running import UNASSIGNED, Assignment
from engine.notes import Note
from engine.snapshot.reader import Snapshot

__all__ = ["decide", "decide_page"]

# An offer previewed outside any placement may fill as many slots as a placement can have.
_SLOTS_OF_NO_PLACEMENT = 24

# The name of the condition that nobody of the holdout meets.
HOLDOUT: Final = "holdout"

_Conditions = list[tuple[str, int]]


def decide(*, snapshot: Snapshot, request: DecisionRequest) -> Decision:
    """Return the offers to propose, best first; the same snapshot and request, the same decision."""
    request = assigned(snapshot, request)
    decision, failed_by_arm = _decide(snapshot, request)
    if request.assignment is UNASSIGNED:
        return decision

    def decide_as(assignment: Assignment) -> list[Decision]:
        return [_decide(snapshot, _once_more(request, assignment))[0]]

    return with_exposures(snapshot, request, [decision], failed_by_arm, decide_as)[0]


def decide_page(*, snapshot: Snapshot, request: DecisionRequest, placements: Sequence[str]) -> PageDecision:
    """Return the offers of several placements of one page, which shows nothing twice.

    The placements take turns in the order given; that of the request does not count. What the request means
    and which conditions hold is worked out once for all placements that look at the same of it: the page's
    product or only the cart, before or after the purchase, and the placement itself if a condition names one.
    """
    request = assigned(snapshot, request)
    decided, failed_by_arm = _decide_page(snapshot, request, placements)
    if request.assignment is UNASSIGNED:
        return decided

    def decide_as(assignment: Assignment) -> Sequence[Decision]:
        return _decide_page(snapshot, _once_more(request, assignment), placements)[0].placements

    told = with_exposures(snapshot, request, decided.placements, failed_by_arm, decide_as)
    return replace(decided, placements=tuple(told))


def _once_more(request: DecisionRequest, assignment: Assignment) -> DecisionRequest:
    """Return the request of the same shopper if they were assigned to something else."""
    return replace(request, assignment=assignment, explain=False, lists_candidates=False)


def _decide(snapshot: Snapshot, request: DecisionRequest) -> tuple[Decision, int]:
    """Return the decision, and the offers that failed by their arm alone."""
    context = read_context(snapshot, request)
    in_question = offers_in_question(context)
    conditions = conditions_of(context, in_question, with_cart_trees=request.explain)
    page = Page(context, _slot_count(context))
    filled = _fill_placement(context, page, in_question, conditions)
    return _answer(filled, page), filled.failed_by_arm


def _decide_page(
    snapshot: Snapshot, request: DecisionRequest, placements: Sequence[str]
) -> tuple[PageDecision, int]:
    """Return the decisions for a page, and the offers that failed by their arm alone in any placement."""
    known: dict[tuple[bool, bool, str], tuple[Context, _Conditions]] = {}
    names_placement = "placement" in snapshot.conditions.leaves.types
    page: Page | None = None
    filled: list[_Filled] = []
    notes: list[Note] = []
    failed_by_arm = 0
    for place, code in enumerate(placements):
        placement = snapshot.placements.get(code)
        is_about_cart, is_bought = (False, False) if placement is None else placement.looks_at
        looks_at = is_about_cart, is_bought, code if names_placement else ""
        if looks_at not in known:
            context = read_context(snapshot, replace(request, placement=code))
            known[looks_at] = context, conditions_of(context, 0, with_cart_trees=request.explain)
            notes += context.notes
        context, conditions = known[looks_at]
        here = context.in_placement(code)
        in_question = offers_in_question(here)
        notes += [replace(note, pointer=f"/placements/{place}") for note in here.notes]
        if page is None:
            page = Page(here, _slot_count(here))
        else:
            page.begin_placement(here, _slot_count(here))
        filled.append(_fill_placement(here, page, in_question, conditions))
        failed_by_arm |= filled[-1].failed_by_arm
    decisions = [] if page is None else [_answer(one, page) for one in filled]
    page_decision = PageDecision(snapshot.generation, tuple(decisions), tuple(dict.fromkeys(notes)))
    return page_decision, failed_by_arm


class _Filled(NamedTuple):
    """A placement whose slots are filled; the trace of its offers and the candidates if they are wanted."""

    context: Context
    slots: list[Slot]
    trace: tuple[OfferTrace, ...] | None
    candidates: Mapping[str, Sequence[CandidateTrace]] | None
    failed_by_arm: int


def _fill_placement(context: Context, page: Page, in_question: int, conditions: _Conditions) -> _Filled:
    """Fill the free slots of the page from the offers that meet all conditions and are not held back."""
    conditions = heed_declines(context, in_question, [*conditions, *context.restraint.offers])
    request = context.request
    if request.assignment.group == "holdout":
        conditions = [(HOLDOUT, 0), *conditions]
    matched, failed_by_arm = in_question, 0
    for name, met in conditions:
        if name == ArmRequired.name:
            failed_by_arm = ~met
            continue
        matched &= met
    failed_by_arm &= matched
    matched &= ~failed_by_arm
    trace = Trace() if request.explain or request.lists_candidates else None
    slots = fill(context, page, matched, trace)
    offers = trace.offers(context, in_question, conditions) if trace and request.explain else None
    candidates = trace.candidates(context) if trace and request.lists_candidates else None
    return _Filled(context, slots, offers, candidates, failed_by_arm)


def _answer(filled: _Filled, page: Page) -> Decision:
    """Return the decision of a placement, once all slots of the page are filled."""
    context, slots, trace, candidates, _failed_by_arm = filled
    return Decision(
        placement=context.request.placement,
        generation=context.snapshot.generation,
        proposals=tuple([propose(context, slot, page) for slot in slots]),
        notes=tuple(context.notes),
        trace=trace,
        shopper=decided_for(context),
        candidates=candidates,
    )


def _slot_count(context: Context) -> int:
    """Return how many slots there are: the placement's, fewer where the request wants fewer."""
    placement, limit = context.placement, context.request.limit
    slot_count = _SLOTS_OF_NO_PLACEMENT if placement is None else placement.slot_count
    return slot_count if limit is None else max(min(slot_count, limit), 0)
