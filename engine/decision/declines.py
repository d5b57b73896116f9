"""What a placement shows to a customer who declined one of its offers."""

from engine.decision.candidate import NOTHING
from engine.decision.context import Context
from engine.decision.restrain import DECLINED

Conditions = list[tuple[str, int]]
# The name of the condition by which a placement heeds a decline.
AFTER_DECLINE = "after_decline"


def heed_declines(context: Context, in_question: int, conditions: Conditions) -> Conditions:
    """Return the conditions of the placement's offers as its choice after a decline changes them.

    A preview of one offer is left alone.
    """
    placement = context.placement
    if placement is None or placement.after_decline == "next" or context.request.only is not None:
        return conditions
    declined = in_question & context.restraint.declined
    if placement.after_decline == "silence":
        return [*conditions, (AFTER_DECLINE, 0)] if declined else conditions
    if placement.after_decline == "lower_step":
        again = context.snapshot.conditions.on_ladder
        return [(name, met | again if name == DECLINED else met) for name, met in conditions]
    if placement.downsell == NOTHING:
        return conditions
    downsell = 1 << placement.downsell
    return conditions if declined & ~downsell else [*conditions, (AFTER_DECLINE, ~downsell)]
