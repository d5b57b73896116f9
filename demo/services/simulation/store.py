"""Store what was simulated where the same of real shoppers is: journal, events and ledgers."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from analytics.models import JournalFile
from analytics.services.journal.batch import JournalBatch
from analytics.services.journal.store import store_batch
from catalog.database.arrow_rows import write_rows
from catalog.database.bulk import stored_datetime
from demo.plans.simulated import CHANNEL
from demo.services.simulation.shopping import Answer
from engine.journal.lines import JournalLines
from engine.journal.record import JournalRecord
from engine.restraint import LedgerEntry
from offers.models import COUNTED, LEADS, EventType, Exclusion
from offers.services.changed_days import mark_events
from offers.services.customer import known_customers
from offers.services.exclusions import PlausibleEvent
from offers.services.exclusions.identity import visitor_of
from offers.services.restraint.entries import entry_of
from offers.services.restraint.ledger import Person, lock_ledgers, record

# In place of the file of a web process.
FILE: Final = "simulated"
_REFUSALS: Final = (EventType.DECLINE, EventType.DISMISS, EventType.NEVER, EventType.COMPLAINT)


@transaction.atomic
def store_simulated(
    *, records: Sequence[JournalRecord], answers: Sequence[Answer], key: int, at: datetime
) -> None:
    """Store the decisions and what became of them; `key` is the primary key of the API key.

    All of it or nothing, so a killed set-up leaves no half.
    """
    file = JournalFile.objects.create(name=FILE, collected_at=at, finished_at=at)
    lines = JournalLines(tuple(records), (), len(records))
    store_batch(file=file.pk, batch=JournalBatch(FILE, 0, lines), at=at)
    customers = known_customers(external_ids={str(one.record.customer) for one in answers})
    _store_events(answers, customers, key)
    _store_refusals(answers, customers)
    mark_events({one.at for one in answers}, at=at)


def _store_events(answers: Sequence[Answer], customers: dict[str, int], key: int) -> None:
    """Write the events, and the views that were reported twice."""
    visitors = {customer: visitor_of(_event(answers[0], customer)) for customer in customers}
    rows = [(one, COUNTED) for one in answers]
    rows += [(one, Exclusion.REPEAT.value) for one in answers if one.is_repeated]
    if not rows:
        return
    events = [
        _columns(number, one, exclusion, customers, visitors, key)
        for number, (one, exclusion) in enumerate(rows, start=1)
    ]
    write_rows(table="offers_event", rows=pa.Table.from_pylist(events))


def _columns(
    number: int,
    one: Answer,
    exclusion: str,
    customers: dict[str, int],
    visitors: dict[str, str],
    key: int,
) -> dict[str, str | int]:
    customer, at = str(one.record.customer), str(stored_datetime(one.at))
    skus = [sku for sku, _quantity in one.slot.products] if one.type in LEADS else []
    return {
        "event_id": f"simulated-{number}",
        "type": one.type.value,
        "decision": one.record.decision,
        "offer_code": one.slot.offer,
        "position": one.slot.position,
        "reason": one.reason,
        "channel": CHANNEL.value,
        "placement": one.record.placement,
        "products": json.dumps(skus),
        "customer_id": customers[customer],
        "session": "",
        "key_id": key,
        "occurred_at": at,
        "received_at": at,
        "exclusion": exclusion,
        "person": "",
        "visitor": visitors[customer],
        "address": "",
    }


def _store_refusals(answers: Sequence[Answer], customers: dict[str, int]) -> None:
    """Add the refusals to the ledgers of those who refused."""
    entries: dict[Person, list[LedgerEntry]] = defaultdict(list)
    for one in answers:
        if one.type in _REFUSALS:
            person = Person(customers[str(one.record.customer)])
            entries[person].append(entry_of(_event(one, str(one.record.customer))))
    record(rows=lock_ledgers(persons=list(entries)), entries=entries)


def _event(one: Answer, customer: str) -> PlausibleEvent:
    return PlausibleEvent(
        event_id="",
        type=one.type.value,
        offer=one.slot.offer,
        position=one.slot.position,
        decision=one.record.decision,
        decided_at=one.at,
        is_shared=False,
        occurred_at=one.at,
        skus=tuple(sku for sku, _quantity in one.slot.products),
        channel=CHANNEL.value,
        placement=one.record.placement,
        reason=one.reason,
        customer=customer,
    )
