"""Storing events: each once, those that are not counted with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection, transaction

from catalog.database.bulk import among, stored_datetime
from offers.models import OPEN, Customer, Event, EventType, Exclusion
from offers.services.customer import ensure_customers, known_customers
from offers.services.decline import COLUMNS, note_refusal
from offers.services.exclusions import Arrival, PlausibleEvent, exclusion_on_arrival
from offers.services.exclusions.burst import Sent, exclude_bursts
from offers.services.exclusions.identity import address_of, visitor_of
from offers.services.exclusions.impression import count_seen, exclusion_at_first
from offers.services.exclusions.repeat import person_of

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
    "exclusion",
    "person",
    "visitor",
    "address",
)
# Of these there is one event that counts, as the constraint `offers_event_counts_once` says.
_COUNTED_ONCE: Final = ("decision", "person", "offer_code", "position", "type")
_ROW: Final = f"({', '.join(['%s'] * len(_COLUMNS))})"
_ANY_CONFLICT: Final = ""
_SAME_EVENT: Final = "(event_id)"


@dataclass(frozen=True, slots=True)
class _Row:
    event: PlausibleEvent
    exclusion: str
    person: str
    visitor: str
    address: str

    @property
    def place(self) -> tuple[Any, ...]:
        """Return what is counted once, then which event comes first: rows are locked in one order by all."""
        event = self.event
        key = (event.decision, self.person, event.offer, event.position, event.type)
        return (*key, event.occurred_at, event.event_id)


def store_events(*, events: Sequence[PlausibleEvent], arrival: Arrival) -> int:
    """Store the events that are new; return how many. Each has an `event_id` of its own.

    A refusal is remembered with its customer if it counts, or repeats one without a customer. Nothing is
    counted twice if this is interrupted, or called again with the same events.
    """
    rows = sorted([_row(event, arrival) for event in events], key=lambda row: row.place)
    stored = _store(rows, arrival)
    decisions, persons = {event.decision for event in events}, {row.person for row in rows}
    count_seen(decisions=decisions, persons=persons, at=arrival.at)
    return stored


def _row(event: PlausibleEvent, arrival: Arrival) -> _Row:
    return _Row(
        event,
        exclusion_on_arrival(event, arrival) or exclusion_at_first(event.type),
        person_of(event, arrival),
        visitor_of(event),
        address_of(arrival, arrival.at.date().isoformat()),
    )


@transaction.atomic
def _store(rows: Sequence[_Row], arrival: Arrival) -> int:
    candidates = [row for row in rows if row.exclusion in OPEN]
    others = [row for row in rows if row.exclusion not in OPEN]
    customers = _keys_of_customers(candidates, others)
    refusals = [row for row in candidates if row.event.type in _REFUSALS and row.event.customer in customers]
    locked = _lock({customers[row.event.customer] for row in refusals})
    if any(customer.merged_into_id for customer in locked.values()):
        # Merged while this waited: the refusal is the survivor's.
        customers = _keys_of_customers(candidates, others)
        locked = _lock({customers[row.event.customer] for row in refusals})

    new = _insert(candidates, _ANY_CONFLICT, customers, arrival)
    repeats = [
        replace(row, exclusion=Exclusion.REPEAT.value) for row in candidates if row.event.event_id not in new
    ]
    excluded = _insert([*others, *repeats], _SAME_EVENT, customers, arrival)
    sent = [
        Sent(new[row.event.event_id], row.visitor, row.address)
        for row in candidates
        if row.event.event_id in new
    ]
    bursts = exclude_bursts(sent=sent, at=arrival.at)
    counted = {event_id for event_id, pk in new.items() if pk not in bursts}
    due = [row for row in refusals if row.event.event_id in counted]
    due += _first_with_a_customer([row for row in refusals if row.event.event_id in excluded])
    _remember([row.event for row in due], customers, locked)
    return len(new) + len(excluded)


def _keys_of_customers(candidates: Sequence[_Row], others: Sequence[_Row]) -> dict[str, int]:
    """Return the primary keys; only proven customers of events that may count are created."""
    proven = {row.event.customer for row in candidates if row.event.customer and row.event.is_proven}
    claimed = {row.event.customer for row in (*candidates, *others) if row.event.customer}
    return ensure_customers(external_ids=proven) | known_customers(external_ids=claimed - proven)


def _lock(customers: Iterable[int]) -> dict[int, Customer]:
    keys = sorted(customers)
    if not keys:
        return {}
    # The key itself stays: without no_key, the foreign keys of the events would wait for each other.
    rows = Customer.objects.select_for_update(no_key=True).filter(among("pk", keys)).order_by("pk")
    return {customer.pk: customer for customer in rows}


def _first_with_a_customer(repeats: Sequence[_Row]) -> list[_Row]:
    """Return the repeats of events without a customer: their refusal is not remembered for anybody yet."""
    if not repeats:
        return []
    decisions = {row.event.decision for row in repeats}
    nameless = Event.objects.filter(
        among("decision", decisions), type__in=_REFUSALS, exclusion__in=OPEN, customer=None
    )
    places = set(nameless.values_list(*_COUNTED_ONCE))
    return [row for row in repeats if row.place[: len(_COUNTED_ONCE)] in places]


def _remember(
    refusals: Iterable[PlausibleEvent], customers: Mapping[str, int], locked: Mapping[int, Customer]
) -> None:
    changed: dict[int, Customer] = {}
    for event in refusals:
        customer = locked[customers[event.customer]]
        note_refusal(customer=customer, offer=event.offer, skus=event.skus, moment=event.occurred_at)
        changed[customer.pk] = customer
    if changed:
        Customer.objects.bulk_update(changed.values(), COLUMNS)


def _insert(
    rows: Sequence[_Row], conflict: str, customers: Mapping[str, int], arrival: Arrival
) -> dict[str, int]:
    """Insert the rows without this conflict; return the primary keys of exactly those, by `event_id`.

    The ORM cannot tell which rows were new.
    """
    if not rows:
        return {}
    received_at = stored_datetime(arrival.at)
    values: list[Any] = []
    for row in rows:
        event = row.event
        values += (event.event_id, event.type, event.decision, event.offer, event.position)
        values += (customers.get(event.customer), event.session, arrival.key_id)
        values += (stored_datetime(event.occurred_at), received_at)
        values += (row.exclusion, row.person, row.visitor, row.address)
    # Column names are constants of this module, values are parameters.
    insert = (
        f"INSERT INTO offers_event ({', '.join(_COLUMNS)}) VALUES {', '.join([_ROW] * len(rows))} "  # noqa: S608
        f"ON CONFLICT {conflict} DO NOTHING RETURNING event_id, id"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, values)
        return dict(cursor.fetchall())
