"""Parquet files, whose typed columns are converted to the texts of a CSV file.

A few kilobytes can contain gigabytes of text: a value is stored once, however often it is repeated. Texts are
therefore read as dictionaries, measured, and written out in slices.
"""

from collections.abc import Iterator
from itertools import chain
from os import SEEK_END
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from catalog.imports.batch import Batch
from catalog.imports.limits import (
    check_columns,
    check_description,
    check_ratio,
    check_rows,
    check_size,
)
from catalog.imports.rejects import ImportFileError

MAGIC: Final = b"PAR1"
BATCH_ROWS: Final = 65_536
SLICE_BYTES: Final = 16 * 2**20
# A file ends with its description, the length of the description and MAGIC.
_LENGTH_BYTES: Final = 4
# Its values share their beginnings, so that their size is only known when they have been written out.
_NOT_MEASURABLE: Final = "DELTA_BYTE_ARRAY"


class ParquetFile:
    """A Parquet file; its first row has the number 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._check_description()
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise ImportFileError(
                _("%(path)s is not a readable Parquet file: %(error)s") % {"path": path, "error": error}
            ) from error
        self.header: list[str] = self._file.schema_arrow.names
        check_columns(path, self._file.metadata.num_columns)
        check_rows(path, self._file.metadata.num_rows)

    def batches(self, names: dict[str, str]) -> Iterator[Batch]:
        """Yield batches with the columns of `names`, which maps the file's names to ours."""
        done = 0
        total = self._file.metadata.num_rows
        self._check_names(names)
        try:
            self._check_texts(names)
            for block in chain.from_iterable(map(slices, self._read(names))):
                columns = {ours: as_text(block.column(theirs), ours) for theirs, ours in names.items()}
                rows = np.arange(done + 1, done + 1 + block.num_rows, dtype=np.int64)
                done += block.num_rows
                yield Batch(rows, columns, self.size * done // total)
        except (pa.ArrowException, OSError) as error:
            raise ImportFileError(
                _("%(path)s is damaged: %(error)s") % {"path": self.path, "error": error}
            ) from error

    def _check_description(self) -> None:
        """Check the size of the file's description before it is read: it grows with the columns."""
        with self.path.open("rb") as stream:
            stream.seek(-min(self.size, _LENGTH_BYTES + len(MAGIC)), SEEK_END)
            length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
            is_complete = stream.read() == MAGIC
        if is_complete:
            check_description(self.path, length)

    def _check_names(self, names: dict[str, str]) -> None:
        """Refuse columns without a text form, and those whose text cannot be measured."""
        for theirs, ours in names.items():
            require_text(self._file.schema_arrow.field(theirs).type, ours)
        for chunk in self._chunks(names):
            if _NOT_MEASURABLE in chunk.encodings:
                raise ImportFileError(
                    _(
                        "%(path)s: the column “%(name)s” is stored as %(encoding)s, whose size cannot be "
                        "checked. Write the file with dictionaries or plain text."
                    )
                    % {"path": self.path, "name": chunk.path_in_schema, "encoding": _NOT_MEASURABLE}
                )

    def _check_texts(self, names: dict[str, str]) -> None:
        """Check how much text the columns contain, first without and then with repeated values."""
        size = sum(chunk.total_uncompressed_size for chunk in self._chunks(names))
        self._check_unpacked(size)
        self._check_unpacked(sum((int(text_sizes(block).sum()) for block in self._read(names)), size))

    def _check_unpacked(self, byte_count: int) -> None:
        check_size(self.path, byte_count)
        check_ratio(self.path, byte_count, packed=self.size)

    def _chunks(self, names: dict[str, str]) -> Iterator[pq.ColumnChunkMetaData]:
        """Yield the columns of all row groups."""
        metadata = self._file.metadata
        columns = [place for place, name in enumerate(metadata.schema.names) if name in names]
        for group in range(metadata.num_row_groups):
            for column in columns:
                yield metadata.row_group(group).column(column)

    def _read(self, names: dict[str, str]) -> Iterator[pa.RecordBatch]:
        """Yield the columns in batches, their texts as dictionaries."""
        fields = (self._file.schema_arrow.field(name) for name in names)
        texts = [field.name for field in fields if _is_text(field.type)]
        file = pq.ParquetFile(self.path, metadata=self._file.metadata, read_dictionary=texts)
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=list(names))


def slices(block: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield a batch in parts of at most SLICE_BYTES of text and one row more."""
    ends = np.cumsum(text_sizes(block))
    start = 0
    while start < block.num_rows:
        before = ends[start - 1] if start else 0
        end = int(np.searchsorted(ends, before + SLICE_BYTES, side="right")) + 1
        yield block.slice(start, end - start)
        start = end


def text_sizes(block: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Return how many bytes of text each row has in columns that are dictionaries: int64, shape (n_rows,)."""
    sizes = np.zeros(block.num_rows, np.int64)
    for column in block.columns:
        if pa.types.is_dictionary(column.type):
            lengths = pc.binary_length(column.dictionary).cast(pa.int64())
            sizes += pc.fill_null(lengths.take(column.indices), 0).to_numpy()
    return sizes


def as_text(column: pa.Array, name: str) -> pa.StringArray:
    """Return the column as the texts of a CSV file; a null is an empty text.

    Raises ImportFileError for types without a text form: lists, structures, bytes.
    """
    kind = column.type
    require_text(kind, name)
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type), name)
    if pa.types.is_floating(kind):
        column = _whole_numbers(column)
    elif pa.types.is_timestamp(kind):
        # Convert to UTC ("Z") if the column has a time zone.
        column = column.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False)
    return pc.fill_null(column.cast(pa.string()), "")


def require_text(kind: pa.DataType, name: str) -> None:
    """Raise ImportFileError if values of this type have no text form."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not _has_spelling(inner):
        raise ImportFileError(
            _("Column “%(name)s” contains %(kind)s instead of text.") % {"name": name, "kind": kind}
        )


def _whole_numbers(column: pa.Array) -> pa.Array:
    """Return a float column as integers if all values are whole, as in a column of ids with gaps."""
    column = pc.if_else(pc.is_nan(column), None, column)
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in tests)


def _has_spelling(kind: pa.DataType) -> bool:
    tests = (
        _is_text,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_timestamp,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_decimal,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)
