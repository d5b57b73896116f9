"""Recording what shoppers did with the offers they were shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from catalog.database.bulk import among, stored_datetime
from offers.models import Customer, EventType
from offers.services.customer import ensure_customers, known_customers
from offers.services.decline import COLUMNS, note_refusal
from offers.services.tokens import (
    CLOCK_SKEW_SECONDS,
    DecisionToken,
    InvalidTokenError,
    is_for_customer,
    is_for_session,
    read_decision_token,
)

_REFUSALS: Final = (EventType.DECLINE.value, EventType.DISMISS.value)
_COLUMNS: Final = (
    "event_id",
    "type",
    "decision",
    "offer_code",
    "position",
    "customer_id",
    "session",
    "key_id",
    "occurred_at",
    "received_at",
)
_ROW: Final = f"({', '.join(['%s'] * len(_COLUMNS))})"


@dataclass(frozen=True, slots=True)
class EventInput:
    """An event as a storefront reports it; without `occurred_at` it happened now.

    `is_proven` tells that the caller has proved to act for the customer.
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


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why the event at `index` was not recorded."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class EventsRecorded:
    """The result of a batch."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    event: EventInput
    decision: str
    skus: tuple[str, ...]
    occurred_at: datetime


class _ImplausibleError(ValueError):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def record_events(*, events: Sequence[EventInput], key_id: int | None, at: datetime) -> EventsRecorded:
    """Record each event once, however often and by however many callers it is reported.

    An event must name an offer and its position as its signed decision has them, and no other customer or
    session than those that the decision was made for. A refusal by a known customer is remembered with the
    customer. The number of queries does not depend on that of events.
    """
    checked, rejected = _check(events, at)
    unique: dict[str, _Checked] = {}
    for one in checked:
        unique.setdefault(one.event.event_id, one)
    accepted = _store(list(unique.values()), key_id, at) if unique else 0
    return EventsRecorded(accepted, len(checked) - accepted, tuple(rejected))


def _check(events: Sequence[EventInput], at: datetime) -> tuple[list[_Checked], list[Rejection]]:
    """Part the plausible events from the others. A batch has few decisions: each is read once."""
    tokens: dict[str, DecisionToken | InvalidTokenError] = {}
    checked: list[_Checked] = []
    rejected: list[Rejection] = []
    for index, event in enumerate(events):
        if event.decision_id not in tokens:
            tokens[event.decision_id] = _read(event.decision_id, at)
        try:
            checked.append(_plausible(event, tokens[event.decision_id], at))
        except (InvalidTokenError, _ImplausibleError) as error:
            rejected.append(Rejection(index, error.code, error.detail))
    return checked, rejected


def _read(decision_id: str, at: datetime) -> DecisionToken | InvalidTokenError:
    try:
        return read_decision_token(decision_id, at=int(at.timestamp()))
    except InvalidTokenError as error:
        return error


def _plausible(event: EventInput, token: DecisionToken | InvalidTokenError, at: datetime) -> _Checked:
    if isinstance(token, InvalidTokenError):
        raise token
    shown = token.find(event.offer, event.position)
    if shown is None:
        raise _ImplausibleError("not_in_decision", "The decision did not show this offer at this position.")
    occurred_at = event.occurred_at or at
    _require_owner(event, token)
    skew = timedelta(seconds=CLOCK_SKEW_SECONDS)
    if not datetime.fromtimestamp(token.decided_at, UTC) - skew <= occurred_at <= at + skew:
        detail = "`occurred_at` must be between the time of the decision and now."
        raise _ImplausibleError("implausible_time", detail)
    return _Checked(event, token.id, tuple([product.sku for product in shown.products]), occurred_at)


def _require_owner(event: EventInput, token: DecisionToken) -> None:
    """Refuse to report on the decision of somebody else, or for somebody else.

    A decision for nobody in particular, such as one that a cache answered, may be reported by any customer
    who has proved who they are.
    """
    if event.customer:
        is_own = is_for_customer(token, event.customer) if token.customer else event.is_proven
        if not is_own:
            raise _ImplausibleError("other_customer", "The decision was not made for this customer.")
    if token.session and not is_for_session(token, event.session):
        raise _ImplausibleError("other_session", "The decision was not made for this session.")


@transaction.atomic
def _store(checked: list[_Checked], key_id: int | None, at: datetime) -> int:
    """Insert the events that are new; return how many. Rows are locked in one order by everybody."""
    customers = _customers_of([one.event for one in checked])
    refusing = [c for c in checked if c.event.type in _REFUSALS and c.event.customer in customers]
    locked = _lock({customers[c.event.customer] for c in refusing if c.event.customer})
    new = _insert(sorted(checked, key=lambda c: c.event.event_id), customers, key_id, at)
    for one in refusing:
        if one.event.event_id in new and one.event.customer:
            customer = locked[customers[one.event.customer]]
            note_refusal(customer=customer, offer=one.event.offer, skus=one.skus, moment=one.occurred_at)
    if locked:
        Customer.objects.bulk_update(locked.values(), COLUMNS)
    return len(new)


def _customers_of(events: Iterable[EventInput]) -> dict[str, int]:
    """Return the primary keys of the customers; only a caller who has proved to be one creates them."""
    named = {event.customer: event.is_proven for event in sorted(events, key=lambda event: event.is_proven)}
    proven = [customer for customer, is_proven in named.items() if customer and is_proven]
    claimed = [customer for customer, is_proven in named.items() if customer and not is_proven]
    return ensure_customers(external_ids=proven) | known_customers(external_ids=claimed)


def _lock(customers: Iterable[int]) -> dict[int, Customer]:
    keys = sorted(customers)
    if not keys:
        return {}
    # The key itself stays: without no_key, the foreign keys of the events would wait for each other.
    rows = Customer.objects.select_for_update(no_key=True).filter(among("pk", keys)).order_by("pk")
    return {customer.pk: customer for customer in rows}


def _insert(
    checked: Sequence[_Checked], customers: dict[str, int], key_id: int | None, at: datetime
) -> frozenset[str]:
    """Insert what is not there yet and return the ids of exactly those, which the ORM cannot tell."""
    received_at = stored_datetime(at)
    values: list[Any] = []
    for one in checked:
        event = one.event
        customer = customers.get(event.customer) if event.customer else None
        values += (event.event_id, event.type, one.decision, event.offer, event.position, customer)
        values += (event.session, key_id, stored_datetime(one.occurred_at), received_at)
    # Column names are constants of this module, values are parameters.
    insert = (
        f"INSERT INTO offers_event ({', '.join(_COLUMNS)}) VALUES {', '.join([_ROW] * len(checked))} "  # noqa: S608
        "ON CONFLICT (event_id) DO NOTHING RETURNING event_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, values)
        return frozenset(event_id for (event_id,) in cursor.fetchall())
