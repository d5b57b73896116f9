"""Policies: after how much of what a merchandiser wants to hold back, and for how long."""

from typing import Final

from msgspec import Struct

from engine.restraint.entry import Outcome, Scope
from engine.restraint.quiet import QuietHours

DAY: Final = 86_400
# For how long an offer that was put off waits for a chance to be raised.
RAISE_SECONDS: Final = 14 * DAY
# A visit is over after half an hour without an event, as web analytics count it, or after a day.
VISIT_SECONDS: Final = 1800
LONGEST_VISIT_SECONDS: Final = DAY
# What is needed again only later than that, or not at all that anybody knows, is not held back any longer.
LONGEST_DUE_SECONDS: Final = 366 * DAY
# What a shopper says, in contrast to what is counted: a change of a policy does not make it unsaid.
ANSWERS: Final = frozenset({"later", "declined", "never", "accepted", "complaint"})


class Policy(Struct, frozen=True):
    """After `count` outcomes within `window_days`, hold back what they are about for `pause_days`.

    `pauses` is what is counted and held back together: each offer, product, category or kind by itself, or
    everything. `channel`, `placement`, `offer` (a code) and `kind` restrict the policy, "" to nothing: it
    counts only there and holds back only there, and replaces a more general policy for the same outcome and
    scope. `pause_days` 0 holds back nothing: an exception. Views count from `since` and, `without_click`,
    from the latest click on the same offer. `until_due` holds products back until the person needs them
    again, and for `pause_days` where this is not known.
    """

    outcome: Outcome
    count: int
    window_days: int
    pauses: Scope
    pause_days: int
    without_click: bool = False
    until_due: bool = False
    channel: str = ""
    placement: str = ""
    offer: str = ""
    kind: str = ""
    since: int = 0

    @property
    def specificity(self) -> tuple[bool, bool, bool, bool]:
        """Return how special it is: an offer before a kind, before a placement, before a channel."""
        return bool(self.offer), bool(self.kind), bool(self.placement), bool(self.channel)

    @property
    def counts_from(self) -> int:
        """Return the moment before which nothing counts: changed windows are not applied to the past."""
        return 0 if self.outcome in ANSWERS else self.since

    @property
    def horizon_seconds(self) -> int:
        """Return for how long an outcome may matter to it."""
        until_due = LONGEST_DUE_SECONDS if self.until_due else 0
        return max((self.window_days + self.pause_days) * DAY, until_due)

    def applies_at(self, channel: str, placement: str) -> bool:
        """Tell whether it has a say on this channel and placement."""
        return self.channel in ("", channel) and self.placement in ("", placement)


class ShownCap(Struct, frozen=True):
    """A person sees at most `count` offers within `window_days`, on one channel, "" for all together."""

    count: int
    window_days: int
    channel: str = ""


class Policies(Struct, frozen=True, cache_hash=True):
    """All that a shop holds back by. `decline_days` is how long a plain no holds.

    `tried` are the policies by which only arms of experiments hold back: what they count is kept too.
    """

    decline_days: int = 90
    policies: tuple[Policy, ...] = ()
    caps: tuple[ShownCap, ...] = ()
    quiet: tuple[QuietHours, ...] = ()
    zone: str = "UTC"
    tried: tuple[Policy, ...] = ()

    @property
    def by_placement(self) -> bool:
        """Tell whether a policy differs between placements."""
        return any(policy.placement for policy in self.policies)

    def horizon_seconds(self, outcome: Outcome) -> int:
        """Return after how long nothing asks for an outcome that has no end of its own."""
        spans = [
            policy.horizon_seconds for policy in (*self.policies, *self.tried) if _asks_for(policy, outcome)
        ]
        if outcome == "shown":
            spans += [cap.window_days * DAY for cap in self.caps]
        if outcome in ANSWERS:
            spans.append(self.decline_days * DAY)
        return max(spans, default=0)


def _asks_for(policy: Policy, outcome: Outcome) -> bool:
    return policy.outcome == outcome or (outcome == "clicked" and policy.without_click)
