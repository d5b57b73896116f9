"""Keep the records by day as Parquet files, and lines that could not be read as they are.

A part has the name of its file and bytes. It is written before the transaction that moves the offset, so
whoever is killed between may leave a part that is collected again: the next collector removes all parts from
the offset on before it writes its own. So each byte is in at most one part at any time.
"""

import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.services.journal.batch import JournalBatch
from analytics.services.journal.parts import DAMAGED, day_folder, remove_parts, write_part
from analytics.services.journal.store import day_of
from engine.journal.record import JournalRecord

_ITEM: Final = pa.struct([("sku", pa.string()), ("quantity", pa.int64())])
_SLOT_FIELDS: Final = [
    ("offer", pa.string()),
    ("offer_id", pa.int64()),
    ("version", pa.int32()),
    ("kind", pa.string()),
    ("strategy", pa.string()),
    ("position", pa.int16()),
    ("products", pa.list_(_ITEM)),
    ("currency", pa.string()),
    ("price_minor", pa.int64()),
    ("saving_minor", pa.int64()),
    ("added_minor", pa.int64()),
    ("score", pa.float64()),
    ("relevance", pa.float64()),
    ("value", pa.float64()),
]
_CANDIDATE: Final = pa.struct(
    [
        *((name, pa.string()) for name in ("offer", "sku", "strategy")),
        ("score", pa.float64()),
        ("removed_by", pa.string()),
    ]
)
SCHEMA: Final = pa.schema(
    [
        ("at", pa.timestamp("ms", tz="UTC")),
        ("decision", pa.string()),
        ("page", pa.string()),
        ("key", pa.int64()),
        ("placement", pa.string()),
        ("channel", pa.string()),
        ("customer", pa.string()),
        ("visitor", pa.string()),
        ("product", pa.string()),
        ("cart", pa.list_(_ITEM)),
        ("locale", pa.string()),
        ("currency", pa.string()),
        ("country", pa.string()),
        ("context", pa.map_(pa.string(), pa.string())),
        ("audiences", pa.list_(pa.int64())),
        ("segment", pa.string()),
        ("shown", pa.list_(pa.struct(_SLOT_FIELDS))),
        ("arms", pa.map_(pa.string(), pa.string())),
        ("withheld", pa.list_(pa.struct([("by", pa.string()), *_SLOT_FIELDS]))),
        ("candidates", pa.list_(_CANDIDATE)),
        ("generation", pa.string()),
        ("snapshot", pa.string()),
        ("propensities", pa.map_(pa.string(), pa.float64())),
    ]
)


def write_parts(*, folder: Path, batch: JournalBatch, with_parquet: bool) -> None:
    """Write the parts of a batch, instead of whatever parts its file has from its first byte on."""
    remove_parts(folder, batch)
    if batch.lines.damaged:
        write_part(folder / DAMAGED / f"{batch.part}.lines", b"\n".join(batch.lines.damaged) + b"\n")
    if with_parquet:
        by_day: dict[date, list[JournalRecord]] = {}
        for record in batch.lines.records:
            by_day.setdefault(day_of(record), []).append(record)
        for day, records in by_day.items():
            write_part(day_folder(folder, day) / f"{batch.part}.parquet", _parquet_of(records))


def _parquet_of(records: Iterable[JournalRecord]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist([_row(record) for record in records], SCHEMA), buffer, compression="zstd"
    )
    return buffer.getvalue()


def _row(record: JournalRecord) -> dict[str, Any]:
    """Return the values of a record by the names of `SCHEMA`."""
    row = msgspec.structs.asdict(record)
    row |= msgspec.structs.asdict(row.pop("circumstances"))
    return row | {
        "cart": _items(record.circumstances.cart),
        "context": list(record.circumstances.context.items()),
        "audiences": None if record.audiences is None else list(record.audiences),
        "shown": [_named(slot) for slot in record.shown],
        "arms": list(record.arms.items()),
        "propensities": list(record.propensities.items()),
        "withheld": [_named(one.slot) | {"by": one.by} for one in record.withheld],
        "candidates": None
        if record.candidates is None
        else [msgspec.structs.asdict(one) for one in record.candidates],
    }


def _named(slot: msgspec.Struct) -> dict[str, Any]:
    row = msgspec.structs.asdict(slot)
    return row | {"products": _items(row["products"])}


def _items(items: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"sku": sku, "quantity": quantity} for sku, quantity in items]
