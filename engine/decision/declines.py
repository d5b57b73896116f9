"""What a placement shows to a customer who declined one of its offers."""

from engine.decision.candidate import NOTHING
from engine.decision.context import Context

Conditions = list[tuple[str, int]]
# The names of the condition that a declined offer fails, and of the one by which a placement heeds a decline.
DECLINED = "declined"
AFTER_DECLINE = "after_decline"


def heed_declines(context: Context, in_question: int, conditions: Conditions) -> Conditions:
    """Return the conditions of the placement's offers as its choice after a decline changes them.

    A preview of one offer is left alone.
    """
    placement = context.placement
    if placement is None or placement.after_decline == "next" or context.request.only is not None:
        return conditions
    accepted = dict(conditions)[DECLINED]
    declined = in_question & ~accepted
    if placement.after_decline == "silence":
        return [*conditions, (AFTER_DECLINE, 0)] if declined else conditions
    if placement.after_decline == "lower_step":
        again = accepted | context.snapshot.conditions.on_ladder
        return [(name, again if name == DECLINED else met) for name, met in conditions]
    if placement.downsell == NOTHING:
        return conditions
    downsell = 1 << placement.downsell
    return conditions if declined & ~downsell else [*conditions, (AFTER_DECLINE, ~downsell)]
