"""The fields that a subscription has in the API."""

import msgspec

from engine.decision.kinds.subscription import Recurring
from gateway.api.render import money
from gateway.api.shapes.types import Money


class SubscriptionAnswer(msgspec.Struct, frozen=True):
    """Deliveries cost `now`, and `later` from number `from_cycle` on.

    An empty `interval_days` allows every interval.
    """

    now: Money
    later: Money
    from_cycle: int
    interval_days: list[int]


class SubscriptionFields(msgspec.Struct, frozen=True):
    """The fields of a subscription."""

    subscription: SubscriptionAnswer


def render(detail: Recurring, currency: str) -> SubscriptionFields:
    """Return what the deliveries cost."""
    return SubscriptionFields(
        SubscriptionAnswer(
            now=money(detail.now_minor, currency),
            later=money(detail.later_minor, currency),
            from_cycle=detail.from_cycle,
            interval_days=list(detail.intervals),
        )
    )
