"""The shop's policies: those that it starts with, and changes, which count from the moment they are made."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from offers.models import RestraintCap, RestraintPolicy

# How long an accepted product is held back where nothing says when it is needed again.
UNTIL_DUE_DAYS: Final = 30
# What a shop starts with. A plain no holds for AWASE_DECLINE_DAYS.
USUAL_POLICIES: Final[Sequence[Mapping[str, Any]]] = (
    {"outcome": "shown", "count": 5, "window_days": 7, "pause_days": 14, "without_click": True},
    {"outcome": "dismissed", "count": 2, "window_days": 30, "pause_days": 30},
    {"outcome": "declined", "count": 1, "window_days": 1, "pause_days": None},
    {"outcome": "accepted", "count": 1, "window_days": 1, "pause_days": None, "pauses": "product"},
)
USUAL_CAPS: Final[Sequence[Mapping[str, Any]]] = ({"count": 100, "window_days": 1},)
# A change of these makes another policy of it: what happened before is not counted by the new one.
_COUNTING: Final = (
    "outcome",
    "count",
    "window_days",
    "without_click",
    "pauses",
    "channel",
    "placement_id",
    "offer_id",
    "kind",
)


@transaction.atomic
def create_usual_restraint(*, at: datetime) -> int:
    """Create the policies and caps that a shop starts with, unless it has some; return how many policies.

    The caller raises the revision of offers first: two of them queue there.
    """
    if RestraintPolicy.objects.exists() or RestraintCap.objects.exists():
        return 0
    rows = [RestraintPolicy(**values, counts_from=at) for values in USUAL_POLICIES]
    RestraintPolicy.objects.bulk_create(rows)
    RestraintCap.objects.bulk_create([RestraintCap(**values) for values in USUAL_CAPS])
    return len(rows)


def start_counting(*, policy: RestraintPolicy, before: RestraintPolicy | None, at: datetime) -> None:
    """Let a policy that counts something else than before count from now on; the caller saves it."""
    if before is None or any(getattr(policy, name) != getattr(before, name) for name in _COUNTING):
        policy.counts_from = at
