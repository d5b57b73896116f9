"""Decide which offers to propose: a pure function of a snapshot and a request.

The steps have a module each:

1. `context`: find what the request names.
2. `match`: which offers apply; those that the customer declined do not.
3. `fill` runs the next steps for as many offers as the slots need:
   propose (`kinds`, `strategies`), guard (`guards`), price (`price`), and rank (`slow_movers`, `rank`), while
   `page` keeps anything from being shown twice.
4. `answer` and `trace`: say what was decided and why.

All that differs between kinds of offer is in `kinds`. Nothing here reads a clock, a database or a random
number.
"""

from engine.decision.answer import propose
from engine.decision.context import Context, read_context
from engine.decision.fill import fill
from engine.decision.match import conditions_of, offers_in_question
from engine.decision.trace import Trace
from engine.decision.types import Decision, DecisionRequest
from engine.snapshot.reader import Snapshot

__all__ = ["decide"]

# An offer previewed outside any placement may fill as many slots as a placement can have.
_SLOTS_OF_NO_PLACEMENT = 24


def decide(*, snapshot: Snapshot, request: DecisionRequest) -> Decision:
    """Return the offers to propose, best first; the same snapshot and request, the same decision."""
    context = read_context(snapshot, request)
    in_question = offers_in_question(context)
    conditions = conditions_of(context, in_question)
    matched = in_question
    for _name, met in conditions:
        matched &= met
    trace = Trace() if request.explain else None
    slots = fill(context, matched, _slot_count(context), trace)
    return Decision(
        placement=request.placement,
        generation=snapshot.generation,
        proposals=tuple([propose(context, slot, position) for position, slot in enumerate(slots, 1)]),
        notes=tuple(context.notes),
        trace=None if trace is None else trace.offers(context, in_question, conditions),
    )


def _slot_count(context: Context) -> int:
    """Return how many slots there are: the placement's, fewer where the request wants fewer."""
    placement, limit = context.placement, context.request.limit
    slot_count = _SLOTS_OF_NO_PLACEMENT if placement is None else placement.slot_count
    return slot_count if limit is None else max(min(slot_count, limit), 0)
