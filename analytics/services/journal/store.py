"""Store a batch: its rows and the offset of its file, in one transaction."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import F

from analytics.models import JournalFile, ShopperKind
from analytics.services.journal.batch import JournalBatch
from analytics.services.journal.dimensions import (
    ShopperKey,
    context_of,
    ensure_contexts,
    ensure_offers,
    ensure_shoppers,
    offer_of,
)
from catalog.database.arrow_rows import write_rows
from catalog.database.bulk import reserve_keys, stored_date, stored_datetime
from engine.conditions.tree.local import local_time
from engine.journal.record import JournalRecord, JournalSlot
from offers.services.changed_days import DayHour, hour_of, mark_decisions

_DECISION: Final = "analytics_journaleddecision"
_SLOT: Final = "analytics_journaledslot"


class CollectedElsewhereError(Exception):
    """Another collector has stored these bytes."""


@transaction.atomic
def store_batch(*, file: int, batch: JournalBatch, at: datetime) -> None:
    """Store the records of a batch once; raise CollectedElsewhereError if its file has moved on.

    `file` is the primary key of the file. The claim is the first statement, and the others are undone with
    it: whoever is killed has stored nothing, and nobody can store the same bytes after it.
    """
    records, lines = batch.lines.records, batch.lines
    claimed = JournalFile.objects.filter(pk=file, offset=batch.start).update(
        offset=batch.end,
        record_count=F("record_count") + len(records),
        damaged_count=F("damaged_count") + len(lines.damaged),
        lost_count=F("lost_count") + lines.lost_count,
        collected_at=at,
    )
    if not claimed:
        raise CollectedElsewhereError(batch.part)
    if records:
        _store_records(records)
        mark_decisions(map(_moment_of, records), at=at)


def _store_records(records: tuple[JournalRecord, ...]) -> None:
    hours = [hour_of(_moment_of(record)) for record in records]
    days = [day for day, _hour in hours]
    contexts = ensure_contexts(map(context_of, records))
    shoppers = ensure_shoppers(_last_days(records, days))
    keys = list(reserve_keys(table=_DECISION, count=len(records)))
    of_record = [contexts[context_of(record)] for record in records]
    who = [_shoppers_of(record, shoppers) for record in records]
    write_rows(table=_DECISION, rows=_decisions(records, keys, days, of_record, who))
    slots = [
        (keys[place], hours[place], of_record[place], who[place][0], slot, by)
        for place, record in enumerate(records)
        for slot, by in _slots_of(record)
    ]
    if slots:
        offers = ensure_offers(offer_of(slot) for *_rest, slot, _by in slots)
        write_rows(table=_SLOT, rows=_slots(slots, offers))


def day_of(record: JournalRecord) -> date:
    """Return the day of a decision in the time zone of the shop."""
    return local_time(record.at // 1000, settings.TIME_ZONE).date()


def _shoppers_of(record: JournalRecord, shoppers: dict[ShopperKey, int]) -> tuple[int | None, int | None]:
    """Return whom a decision was made for, and the visitor if the customer is known too."""
    visitor = None if record.visitor is None else shoppers[ShopperKind.VISITOR.value, record.visitor]
    if record.customer is None:
        return visitor, None
    return shoppers[ShopperKind.CUSTOMER.value, record.customer], visitor


def _last_days(records: Iterable[JournalRecord], days: Iterable[date]) -> dict[ShopperKey, date]:
    """Return the shoppers of the records, each with their last day."""
    found: dict[ShopperKey, date] = {}
    for record, day in zip(records, days, strict=True):
        kinds = ((ShopperKind.CUSTOMER, record.customer), (ShopperKind.VISITOR, record.visitor))
        for kind, key in kinds:
            if key is not None:
                found[kind.value, key] = max(day, found.get((kind.value, key), day))
    return found


def _slots_of(record: JournalRecord) -> Iterator[tuple[JournalSlot, str]]:
    """Yield the slots that were shown, and those that would have been with what withheld them."""
    for slot in record.shown:
        yield slot, ""
    for withheld in record.withheld:
        yield withheld.slot, withheld.by


def _decisions(
    records: tuple[JournalRecord, ...],
    keys: list[int],
    days: list[date],
    contexts: list[int],
    who: list[tuple[int | None, int | None]],
) -> pa.Table:
    """Return the rows of the decisions."""
    return pa.table(
        {
            "id": keys,
            "decision": [record.decision for record in records],
            "page": ["" if record.page == record.decision else record.page for record in records],
            "at": [_stored_moment(record.at) for record in records],
            "day": [_stored_day(day) for day in days],
            "context_id": contexts,
            "shopper_id": pa.array([shopper for shopper, _visitor in who], pa.int64()),
            "visitor_id": pa.array([visitor for _shopper, visitor in who], pa.int64()),
            "product": [record.circumstances.product or "" for record in records],
            "cart_count": [len(record.circumstances.cart) for record in records],
            "shown_count": [len(record.shown) for record in records],
            "arms": pa.array([_json(record.arms) for record in records], pa.string()),
            "propensities": pa.array([_json(record.propensities) for record in records], pa.string()),
        }
    )


# The key of the decision, the day and hour, the context, the shopper, the slot and by what it was withheld.
_SlotRow = tuple[int, DayHour, int, int | None, JournalSlot, str]


def _slots(slots: list[_SlotRow], offers: Mapping[tuple[Any, ...], int]) -> pa.Table:
    """Return the rows of the slots; `offers` are the primary keys of the offers by their values."""
    decisions, hours, contexts, shoppers, shown, withheld = zip(*slots, strict=True)
    return pa.table(
        {
            "decision_id": decisions,
            "day": [_stored_day(day) for day, _hour in hours],
            "hour": pa.array([hour for _day, hour in hours], pa.int64()),
            "context_id": contexts,
            "offer_id": [offers[offer_of(slot)] for slot in shown],
            "shopper_id": pa.array(shoppers, pa.int64()),
            "product": [slot.products[0][0] if slot.products else "" for slot in shown],
            "position": [slot.position for slot in shown],
            "price_minor": pa.array([slot.price_minor for slot in shown], pa.int64()),
            "saving_minor": pa.array([slot.saving_minor for slot in shown], pa.int64()),
            "relevance": pa.array([slot.relevance for slot in shown], pa.float64()),
            "withheld_by": withheld,
        }
    )


def _json(of_experiments: Any) -> str | None:
    return msgspec.json.encode(of_experiments).decode() if of_experiments else None


def _stored_moment(at_ms: int) -> str:
    return str(stored_datetime(datetime.fromtimestamp(at_ms / 1000, UTC)))


def _moment_of(record: JournalRecord) -> datetime:
    """Return when a decision was made, to the second: hours begin with one."""
    return datetime.fromtimestamp(record.at // 1000, UTC)


def _stored_day(day: date) -> str:
    return str(stored_date(day))
