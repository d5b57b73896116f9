"""Storing behaviour: one row per person, changed by one statement for a whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from engine.behaviour import Act, Seen, What
from engine.behaviour.seen import MOST_PER_DAY, digest_of
from offers.models import PersonLedger
from offers.services.behaviour.columns import BEHAVIOUR_COLUMNS, fill_behaviour, read_behaviour
from offers.services.customer import ensure_customers
from offers.services.exclusions import Arrival, exclusion_on_arrival
from offers.services.exclusions.identity import address_of
from offers.services.restraint.ledger import Person, lock_senders, sender_of

_SENT: Final = (
    "INSERT INTO offers_behavioursender AS known (address, minute, count) VALUES (%s, %s, %s) "
    "ON CONFLICT (address) DO UPDATE SET minute = excluded.minute, count = excluded.count "
    "+ CASE WHEN known.minute = excluded.minute THEN known.count ELSE 0 END RETURNING count"
)


@dataclass(frozen=True, slots=True)
class BehaviourEvent:
    """What a proven customer or a visitor did at a moment that is not in the future."""

    event_id: str
    what: What
    subject: int | str
    occurred_at: datetime
    customer: str
    session: str

    @property
    def dated_at(self) -> datetime:
        """Return when it happened, as the storefront says."""
        return self.occurred_at


@dataclass(frozen=True, slots=True)
class BehaviourStored:
    """How many events were new or known, and the places of those for which the day had no room."""

    accepted: int
    duplicates: int
    beyond: tuple[int, ...]


class _Batch:
    """The rows of a batch as they change."""

    def __init__(self, rows: Mapping[Person, PersonLedger], arrival: Arrival) -> None:
        self._rows = rows
        self._known = {person: read_behaviour(row) for person, row in rows.items()}
        self._acts: dict[Person, list[Act]] = {person: [] for person in rows}
        self._changed: set[Person] = set()
        self._minute = int(arrival.at.timestamp()) // 60

    def is_recorded(self, person: Person, event: BehaviourEvent) -> bool:
        return self._seen(person).has_event(digest_of(event.event_id))

    def is_full(self, person: Person) -> bool:
        return self._seen(person).count_on(self._minute // (24 * 60)) >= MOST_PER_DAY

    def record(self, person: Person, event: BehaviourEvent) -> None:
        """Record an event, and count it unless it belongs to a burst or repeats one of the same minute."""
        seen, at = self._seen(person), int(event.occurred_at.timestamp())
        is_burst = seen.arrived_in(self._minute) > settings.AWASE_EVENTS_PER_VISITOR
        same = digest_of(int(event.what), event.subject, at // 60)
        counts = not is_burst and not seen.has_counted(same)
        seen.record(self._minute // (24 * 60), digest_of(event.event_id), same if counts else None)
        if counts:
            self._acts[person].append(Act(int(event.what), event.subject, at))
        self._changed.add(person)

    def save(self) -> None:
        """Write the rows that changed, in one statement."""
        changed = [person for person in self._rows if person in self._changed]
        for person in changed:
            behaviour, seen = self._known[person]
            fill_behaviour(self._rows[person], behaviour.with_acts(self._acts[person]), seen)
        if changed:
            rows = [self._rows[person] for person in changed]
            PersonLedger.objects.bulk_update(rows, BEHAVIOUR_COLUMNS)

    def _seen(self, person: Person) -> Seen:
        return self._known[person][1]


def store_behaviour(*, events: Sequence[BehaviourEvent], arrival: Arrival) -> BehaviourStored:
    """Store the events that are new, each once however often it is sent.

    Those that an exclusion applies to are accepted, and nothing is stored: nor of those that a network sends
    beyond its limit, so that it cannot fill the database with invented visitors.
    """
    open_places = [place for place, event in enumerate(events) if not exclusion_on_arrival(event, arrival)]
    return _store(events, open_places, arrival) if open_places else BehaviourStored(len(events), 0, ())


@transaction.atomic
def _store(events: Sequence[BehaviourEvent], places: Sequence[int], arrival: Arrival) -> BehaviourStored:
    allowed = places[: _allowed(len(places), arrival)]
    customers = ensure_customers(external_ids={events[place].customer for place in allowed} - {""})
    senders = {place: (events[place].customer, events[place].session) for place in allowed}
    batch = _Batch(lock_senders(senders=senders.values(), customers=customers), arrival)
    accepted, duplicates, beyond = len(events) - len(allowed), 0, []
    for place, sender in senders.items():
        person = sender_of(*sender, customers)
        if person is None:
            raise ValueError("Behaviour needs a customer or a visitor.")
        if batch.is_recorded(person, events[place]):
            duplicates += 1
        elif batch.is_full(person):
            beyond.append(place)
        else:
            batch.record(person, events[place])
            accepted += 1
    batch.save()
    return BehaviourStored(accepted, duplicates, tuple(beyond))


def _allowed(count: int, arrival: Arrival) -> int:
    """Return how many of `count` events the network may still send in this minute; all of a server's."""
    address = address_of(arrival, arrival.at.date().isoformat())
    if not address:
        return count
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [address, int(arrival.at.timestamp()) // 60, count])
        total: int = cursor.fetchone()[0]
    return max(count - max(total - settings.AWASE_EVENTS_PER_ADDRESS, 0), 0)
