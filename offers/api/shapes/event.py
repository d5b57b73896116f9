"""Reporting what shoppers did, and the answer."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gateway.api.shapes.types import Code, Id, Moment

MAX_EVENTS = 500


class EventItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happened to one offer of one decision; `event_id` makes it idempotent."""

    event_id: Annotated[str, Meta(pattern=r"^[!-~]{1,64}(?![\s\S])", description="1 to 64 visible ASCII.")]
    type: Literal["impression", "click", "accept", "dismiss", "decline"]
    decision_id: Annotated[str, Meta(min_length=1, max_length=32_768)]
    offer: Code
    position: Annotated[int, Meta(ge=1, le=24)]
    occurred_at: Annotated[Moment | None, Meta(description="Now, where it is left out.")] = None
    customer: Id | None = None
    session: Id | None = None


class EventsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of events."""

    events: Annotated[list[EventItem], Meta(min_length=1, max_length=MAX_EVENTS)]


class RawEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, each event still to be read: a bad one must not lose the others."""

    events: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_EVENTS)]


class RejectedEvent(msgspec.Struct, frozen=True):
    """An event that was not recorded; `index` is its place in the batch."""

    index: int
    code: str
    detail: str


class EventsAnswer(msgspec.Struct, frozen=True):
    """What became of a batch: new ones, ones known before, and ones refused."""

    accepted: int
    duplicates: int
    rejected: list[RejectedEvent]
