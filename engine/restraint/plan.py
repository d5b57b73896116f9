"""The policies that have a say on a channel and placement, in the form in which a ledger is evaluated."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from engine.restraint.entry import Outcome, Scope
from engine.restraint.policy import Policies, Policy, ShownCap
from engine.restraint.quiet import QuietHours

# Channels times placements of a shop, of this snapshot and the one before.
_REMEMBERED: Final = 256


class Plan(NamedTuple):
    """Which policies say how long answers hold, and which count outcomes, by what they count and pause."""

    decline_days: int
    declines: tuple[Policy, ...]
    accepts: tuple[Policy, ...]
    counting: tuple[tuple[Outcome, Scope, tuple[Policy, ...]], ...]
    caps: tuple[ShownCap, ...]
    quiet: tuple[QuietHours, ...]


@lru_cache(maxsize=_REMEMBERED)
def plan_of(policies: Policies, channel: str, placement: str) -> Plan:
    """Return the policies of a channel and placement, the most special first."""
    here = [one for one in policies.policies if one.applies_at(channel, placement)]
    here.sort(key=lambda one: (one.specificity, one.offer, one.kind), reverse=True)
    declines, decline_days = _periods(here, "declined"), policies.decline_days
    if declines and not declines[0].offer:
        # The most special one is about all offers.
        decline_days, declines = declines[0].pause_days, ()
    groups: dict[tuple[Outcome, Scope], list[Policy]] = {}
    for policy in here:
        if policy.count > 1 or policy.outcome not in ("declined", "accepted"):
            groups.setdefault((policy.outcome, policy.pauses), []).append(policy)
    return Plan(
        decline_days=decline_days,
        declines=declines,
        accepts=_periods(here, "accepted"),
        counting=tuple((*about, tuple(group)) for about, group in groups.items()),
        caps=tuple(cap for cap in policies.caps if cap.channel in ("", channel)),
        quiet=tuple(quiet for quiet in policies.quiet if quiet.channel in ("", channel)),
    )


def _periods(policies: Iterable[Policy], outcome: Outcome) -> tuple[Policy, ...]:
    """Return the policies that say how long an answer holds."""
    return tuple(
        one
        for one in policies
        if one.outcome == outcome and one.count == 1 and one.pauses in ("offer", "product") and not one.kind
    )
