"""Recording what shoppers did with the offers they were shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from offers.models import EventType
from offers.services.event_store import store_events
from offers.services.exclusions import Arrival, PlausibleEvent
from offers.services.put_off import PutOffError, put_off_until
from offers.services.tokens import (
    CLOCK_SKEW_SECONDS,
    DecisionToken,
    InvalidTokenError,
    is_for_customer,
    is_for_session,
    read_decision_token,
)


@dataclass(frozen=True, slots=True)
class EventInput:
    """An event as a storefront reports it; without `occurred_at` it happened now.

    `is_proven` tells that the caller has proved to act for the customer. `until` is for how long an offer is
    put off, as in `offers.services.put_off`.
    """

    event_id: str
    type: str
    decision_id: str
    offer: str
    position: int
    occurred_at: datetime | None = None
    customer: str | None = None
    session: str = ""
    is_proven: bool = False
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why the event at `index` was not recorded."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class EventsRecorded:
    """The result of a batch. Whether the accepted events are counted is shown to staff only."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]


class _ImplausibleError(ValueError):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def record_events(*, events: Sequence[EventInput], arrival: Arrival) -> EventsRecorded:
    """Record each event once, however often and by however many callers it is reported.

    An event must name an offer and its position as its signed decision has them, and no other customer or
    session than those that the decision was made for. Events that are not counted are recorded with the
    reason. The number of queries does not depend on that of events.
    """
    plausible, rejected = _check(events, arrival.at)
    unique: dict[str, PlausibleEvent] = {}
    for event in plausible:
        unique.setdefault(event.event_id, event)
    accepted = store_events(events=list(unique.values()), arrival=arrival) if unique else 0
    return EventsRecorded(accepted, len(plausible) - accepted, tuple(rejected))


def _check(events: Sequence[EventInput], at: datetime) -> tuple[list[PlausibleEvent], list[Rejection]]:
    """Part the plausible events from the others. A batch has few decisions: each is read once."""
    tokens: dict[str, DecisionToken | InvalidTokenError] = {}
    plausible: list[PlausibleEvent] = []
    rejected: list[Rejection] = []
    for index, event in enumerate(events):
        if event.decision_id not in tokens:
            tokens[event.decision_id] = _read(event.decision_id, at)
        try:
            plausible.append(_plausible(event, tokens[event.decision_id], at))
        except (InvalidTokenError, _ImplausibleError) as error:
            rejected.append(Rejection(index, error.code, error.detail))
    return plausible, rejected


def _read(decision_id: str, at: datetime) -> DecisionToken | InvalidTokenError:
    try:
        return read_decision_token(decision_id, at=int(at.timestamp()))
    except InvalidTokenError as error:
        return error


def _plausible(event: EventInput, token: DecisionToken | InvalidTokenError, at: datetime) -> PlausibleEvent:
    if isinstance(token, InvalidTokenError):
        raise token
    shown = token.find(event.offer, event.position)
    if shown is None:
        raise _ImplausibleError("not_in_decision", "The decision did not show this offer at this position.")
    _require_owner(event, token)
    decided_at, occurred_at = datetime.fromtimestamp(token.decided_at, UTC), event.occurred_at or at
    skew = timedelta(seconds=CLOCK_SKEW_SECONDS)
    if not decided_at - skew <= occurred_at <= at + skew:
        detail = "`occurred_at` must be between the time of the decision and now."
        raise _ImplausibleError("implausible_time", detail)
    return PlausibleEvent(
        event_id=event.event_id,
        type=event.type,
        offer=event.offer,
        position=event.position,
        decision=token.id,
        decided_at=decided_at,
        is_shared=token.is_shared,
        occurred_at=occurred_at,
        skus=tuple([product.sku for product in shown.products]),
        channel=token.channel,
        placement=token.placement,
        reason=event.reason,
        until=_until(event, occurred_at),
        customer=event.customer or "",
        session=event.session,
        is_proven=event.is_proven,
    )


def _until(event: EventInput, occurred_at: datetime) -> int:
    try:
        return put_off_until(event.until, said_at=occurred_at) if event.type == EventType.LATER else 0
    except PutOffError as error:
        raise _ImplausibleError(error.code, str(error)) from error


def _require_owner(event: EventInput, token: DecisionToken) -> None:
    """Refuse to report on the decision of somebody else, or for somebody else.

    A decision for nobody in particular, such as one that a cache answered, may be reported by any customer
    who has proved who they are.
    """
    if token.customer and not event.customer:
        raise _ImplausibleError("other_customer", "The decision was made for a customer: name the same one.")
    if event.customer:
        is_own = is_for_customer(token, event.customer) if token.customer else event.is_proven
        if not is_own:
            raise _ImplausibleError("other_customer", "The decision was not made for this customer.")
    if token.session and not is_for_session(token, event.session):
        raise _ImplausibleError("other_session", "The decision was not made for this session.")
