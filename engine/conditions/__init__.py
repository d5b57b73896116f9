"""When an offer applies: the conditions that decide both what is shown and what is charged.

Each condition is a small frozen object that answers `holds(circumstances)`. A decision evaluates them
compiled into sets of offers (`engine.snapshot.conditions`), a quote evaluates the objects themselves.

A new condition has a class in a module of its own and a place in `CONDITIONS` and `AnyCondition`. All other
places to edit are listed in docs/architecture.md, under "Where to add…".
"""

from engine.conditions.acceptance import AcceptanceRequired
from engine.conditions.activity import Active
from engine.conditions.arm import ArmRequired
from engine.conditions.audience import AudienceKind, AudienceRequired
from engine.conditions.circumstances import Circumstances
from engine.conditions.code import PromotionCodes
from engine.conditions.condition import Condition
from engine.conditions.limits import UsageLimits
from engine.conditions.required import (
    CartRequired,
    MomentRequired,
    PageRequired,
    ShopperRequired,
    TreeRequired,
)
from engine.conditions.schedule import Schedule
from engine.conditions.subtotal import MinimumSubtotal
from engine.conditions.trigger import Trigger

__all__ = [
    "CONDITIONS",
    "AcceptanceRequired",
    "Active",
    "AnyCondition",
    "ArmRequired",
    "AudienceKind",
    "AudienceRequired",
    "CartRequired",
    "Circumstances",
    "Condition",
    "MinimumSubtotal",
    "MomentRequired",
    "PageRequired",
    "PromotionCodes",
    "Schedule",
    "ShopperRequired",
    "TreeRequired",
    "Trigger",
    "UsageLimits",
]

# In the order in which they are asked: the first that fails is the reason that is given. Add a condition to
# `AnyCondition` too: snapshots are decoded by it.
CONDITIONS: tuple[type[Condition], ...] = (
    Active,
    PromotionCodes,
    Schedule,
    ArmRequired,
    MomentRequired,
    AudienceRequired,
    ShopperRequired,
    PageRequired,
    Trigger,
    MinimumSubtotal,
    CartRequired,
    AcceptanceRequired,
    UsageLimits,
)
AnyCondition = (
    Active
    | PromotionCodes
    | Schedule
    | ArmRequired
    | MomentRequired
    | AudienceRequired
    | ShopperRequired
    | PageRequired
    | Trigger
    | MinimumSubtotal
    | CartRequired
    | AcceptanceRequired
    | UsageLimits
)
