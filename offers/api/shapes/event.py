"""The request and the response of the events endpoint."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gateway.api.shapes.known import know_values
from gateway.api.shapes.pattern import text_of
from gateway.api.shapes.types import Code, CustomerToken, Id, Moment, Sku, VisitorId

MAX_EVENTS = 500
SEARCH_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]{1,200}\Z"


class EventItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event on an offer that a decision showed, or what a shopper looked at. An `event_id` counts once."""

    event_id: Annotated[str, text_of(r"^[!-~]{1,64}\Z", "1 to 64 visible ASCII characters.")]
    type: Literal[
        "impression",
        "click",
        "accept",
        "dismiss",
        "decline",
        "later",
        "never",
        "complaint",
        "view",
        "search",
        "add_to_cart",
    ]
    decision_id: (
        Annotated[
            str, Meta(min_length=1, max_length=32_768, description="Of an event on an offer, with its place.")
        ]
        | UnsetType
    ) = UNSET
    offer: Code | UnsetType = UNSET
    position: Annotated[int, Meta(ge=1, le=24)] | UnsetType = UNSET
    occurred_at: Annotated[Moment | None, Meta(description="Defaults to now.")] = None
    customer: Annotated[
        Id | None, Meta(description="The shop's own customer ID. Pages send `customer_token`.")
    ] = None
    customer_token: CustomerToken | None = None
    session: Annotated[Id | None, Meta(description="The visit, as in the request for the offers.")] = None
    visitor: VisitorId | None = None
    reason: Annotated[
        Literal["price", "fit", "timing", "have_it", "never", "comparison", "shipping_cost", "other"] | None,
        Meta(description="Why, with `dismiss` and `decline`. It changes what is offered next."),
    ] = None
    until: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        Meta(
            description="With `later`: `day` (the default), `next_visit`, a date, or a date and time with a "
            "UTC offset, at most a year ahead. The offer is held until then and raised once afterwards."
        ),
    ] = None

    sku: Annotated[Sku | None, Meta(description="With `view` and `add_to_cart`: the product.")] = None
    category: Annotated[
        Annotated[str, Meta(min_length=1, max_length=500)] | None,
        Meta(description="With `view` and `add_to_cart`, in place of `sku`: the path of a category."),
    ] = None
    text: Annotated[
        Annotated[str, text_of(SEARCH_PATTERN, "1 to 200 characters, without control characters.")] | None,
        Meta(description="With `search`: what was searched for."),
    ] = None


class EventsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of events."""

    events: Annotated[list[EventItem], Meta(min_length=1, max_length=MAX_EVENTS)]


class RawEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each item is decoded separately, so that an invalid one does not reject the rest."""

    events: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_EVENTS)]


class RawBeacon(RawEvents, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A batch as `navigator.sendBeacon` sends it, with the key, which has been checked already."""

    key: str


class RejectedEvent(msgspec.Struct, frozen=True):
    """An event that was not recorded. `index` is its position in the batch."""

    index: int
    code: str
    detail: str


class EventsAnswer(msgspec.Struct, frozen=True):
    """How many events were new and how many were duplicates, and the rejected ones.

    Accepted events are recorded. Whether they are counted is shown to staff, not to callers.
    """

    accepted: int
    duplicates: int
    rejected: list[RejectedEvent]


know_values(
    RejectedEvent,
    code=(
        *("decision_invalid", "decision_expired", "decision_in_future"),
        *("not_in_decision", "implausible_time"),
        *("other_customer", "other_session", "token_required"),
        *("daily_limit", "unknown_sku", "unknown_category", "required", "ambiguous"),
        *("not_with_type", "invalid_until", "implausible_until"),
        *("token_malformed", "token_signature", "token_expired", "token_lifetime"),
        *("token_other_key", "token_secret_unknown"),
    ),
)
