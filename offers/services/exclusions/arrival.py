"""What the rules look at: an event that its decision confirms, and how it arrived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a batch of events arrived.

    A browser says in `user_agent` and `purpose` (Sec-Purpose) what it is and why it asks, and `network` is
    where it is. All three are empty for a shop's server, whose own headers say nothing of the shopper.
    """

    at: datetime
    key_id: int | None = None
    user_agent: str = ""
    purpose: str = ""
    network: str = ""


class Datable(Protocol):
    """What the rules on arrival judge: since when it could be reported."""

    @property
    def dated_at(self) -> datetime:
        """Return the time from which its age counts."""


@dataclass(frozen=True, slots=True)
class PlausibleEvent:
    """An event of an offer that a signed decision showed at this position."""

    event_id: str
    type: str
    offer: str
    position: int
    decision: str
    decided_at: datetime
    # Whether the decision may be shown to many, as cacheable responses are.
    is_shared: bool
    occurred_at: datetime
    skus: tuple[str, ...] = ()
    channel: str = ""
    placement: str = ""
    reason: str = ""
    # Until when a shopper has put the offer off, in seconds since 1970-01-01 UTC.
    until: int = 0
    customer: str = ""
    session: str = ""
    # Whether the caller has proved to act for the customer.
    is_proven: bool = False

    @property
    def dated_at(self) -> datetime:
        """Return the time of the decision, which is signed, unlike `occurred_at`."""
        return self.decided_at
