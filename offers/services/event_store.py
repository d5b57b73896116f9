"""Storing events: each once, those that are not counted with the reason."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from catalog.database.bulk import among, stored_datetime
from engine.restraint import LedgerEntry
from offers.models import LEADS, OPEN, Event, EventType, Exclusion
from offers.services.changed_days import mark_events
from offers.services.customer import ensure_customers, known_customers
from offers.services.exclusions import Arrival, PlausibleEvent, exclusion_on_arrival
from offers.services.exclusions.burst import Sent, exclude_bursts
from offers.services.exclusions.identity import address_of, visitor_of
from offers.services.exclusions.impression import count_seen, exclusion_at_first, find_seen
from offers.services.exclusions.repeat import person_of
from offers.services.restraint.entries import entry_of
from offers.services.restraint.ledger import Person, lock_ledgers, lock_senders, record, sender_of

# What a shopper says about an offer: a repeat without a customer is still an answer of this customer.
_ANSWERS: Final = (
    EventType.DECLINE.value,
    EventType.DISMISS.value,
    EventType.LATER.value,
    EventType.NEVER.value,
    EventType.COMPLAINT.value,
)
_COLUMNS: Final = (
    "event_id",
    "type",
    "decision",
    "offer_code",
    "position",
    "reason",
    "channel",
    "placement",
    "products",
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

    What counts is added to the ledger of its customer, or of the visitor: also an answer that repeats one
    without a customer. Nothing is counted twice if this is interrupted, or called again with the same events.
    """
    rows = sorted([_row(event, arrival) for event in events], key=lambda row: row.place)
    stored = _store(rows, arrival)
    _count_seen(rows, arrival)
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
    senders = [(row.event.customer, row.event.session) for row in candidates]
    ledgers = lock_senders(senders=senders, customers=customers)

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
    due = [row for row in candidates if row.event.event_id in counted and not row.exclusion]
    due += _first_with_a_customer(
        [row for row in candidates if row.event.event_id in excluded and row.event.customer in customers]
    )
    entries: dict[Person, list[LedgerEntry]] = {}
    for row in due:
        person = sender_of(row.event.customer, row.event.session, customers)
        if person is not None:
            entries.setdefault(person, []).append(entry_of(row.event))
    record(rows=ledgers, entries=entries)
    stored = [row.event for row in rows if row.event.event_id in new or row.event.event_id in excluded]
    mark_events(_moments(stored), at=arrival.at)
    return len(new) + len(excluded)


def _moments(events: Iterable[PlausibleEvent]) -> set[datetime]:
    """Return when these events occurred, and when what was seen had been decided: it is reported now."""
    moments = {event.occurred_at for event in events}
    return moments | {event.decided_at for event in events if event.type == EventType.IMPRESSION}


@transaction.atomic
def _count_seen(rows: Sequence[_Row], arrival: Arrival) -> None:
    """Count the clicks and accepts that have their impression now, in the ledgers too."""
    decisions, persons = {row.event.decision for row in rows}, {row.person for row in rows}
    found = find_seen(decisions=decisions, persons=persons, at=arrival.at)
    if not found:
        return
    # As in `_store`, ledgers are locked before events.
    ledgers = lock_ledgers(persons=[one for one in map(_person_of_stored, found) if one is not None])
    seen = count_seen(found=found)
    # What became countable has an event of the same place in this batch: the impression, or itself.
    places = {row.place[: len(_COUNTED_ONCE) - 1]: row.event for row in rows}
    entries: dict[Person, list[LedgerEntry]] = {}
    for one in seen:
        event = places.get((one.decision, one.person, one.offer_code, one.position))
        person = _person_of_stored(one)
        if event is not None and person is not None:
            entry = entry_of(event, kind=one.type, at=int(one.occurred_at.timestamp()))
            entries.setdefault(person, []).append(entry)
    record(rows=ledgers, entries=entries)
    mark_events({one.occurred_at for one in seen}, at=arrival.at)


def _person_of_stored(event: Event) -> Person | None:
    """Return whose ledger a stored event belongs to."""
    if event.customer_id:
        return Person(event.customer_id)
    return Person(visitor=event.session) if event.session else None


def _keys_of_customers(candidates: Sequence[_Row], others: Sequence[_Row]) -> dict[str, int]:
    """Return the primary keys; only proven customers of events that may count are created."""
    proven = {row.event.customer for row in candidates if row.event.customer and row.event.is_proven}
    claimed = {row.event.customer for row in (*candidates, *others) if row.event.customer}
    return ensure_customers(external_ids=proven) | known_customers(external_ids=claimed - proven)


def _first_with_a_customer(repeats: Sequence[_Row]) -> list[_Row]:
    """Return the repeats of events without a customer: no customer has given their answer yet."""
    if not repeats:
        return []
    decisions = {row.event.decision for row in repeats}
    nameless = Event.objects.filter(
        among("decision", decisions), type__in=_ANSWERS, exclusion__in=OPEN, customer=None
    )
    sessions = {tuple(place): session for *place, session in nameless.values_list(*_COUNTED_ONCE, "session")}
    # With the same session, the answer has moved from the visitor to the customer.
    own = {"": None}
    return [
        row
        for row in repeats
        if (place := row.place[: len(_COUNTED_ONCE)]) in sessions
        and own.get(sessions[place], sessions[place]) != row.event.session
    ]


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
        values += (event.reason, event.channel, event.placement)
        values.append(json.dumps(event.skus if event.type in LEADS else ()))
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
