"""Rows as a Parquet file that is sent while it is written."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import RawIOBase
from itertools import islice
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

# Amounts of all currencies: the largest in the smallest currency, with more decimals than any has.
_TYPES: Final[Mapping[type, pa.DataType]] = {
    int: pa.int64(),
    str: pa.string(),
    float: pa.float64(),
    date: pa.date32(),
    Decimal: pa.decimal128(38, 4),
}


class _Sink(RawIOBase):
    """A file that keeps what is written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size

    def take(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def parquet_chunks(
    rows: Iterable[Mapping[str, Any]], *, fields: Mapping[str, type], batch: int
) -> Iterator[bytes]:
    """Yield a Parquet file of these rows, a row group for each `batch` of them; `fields` are its columns."""
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in fields.items()])
    sink, remaining = _Sink(), iter(rows)
    with pq.ParquetWriter(sink, schema) as writer:
        while group := list(islice(remaining, batch)):
            writer.write_table(pa.Table.from_pylist([dict(row) for row in group], schema))
            yield sink.take()
    yield sink.take()
