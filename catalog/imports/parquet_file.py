"""Parquet files, whose typed columns are converted to the texts of a CSV file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from catalog.imports.batch import Batch
from catalog.imports.rejects import ImportFileError

MAGIC = b"PAR1"
BATCH_ROWS = 65_536


class ParquetFile:
    """A Parquet file; its first row has the number 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise ImportFileError(
                _("%(path)s is not a readable Parquet file: %(error)s") % {"path": path, "error": error}
            ) from error
        self.header: list[str] = self._file.schema_arrow.names

    def batches(self, names: dict[str, str]) -> Iterator[Batch]:
        """Yield batches with the columns of `names`, which maps the file's names to ours."""
        done = 0
        total = self._file.metadata.num_rows
        try:
            for block in self._file.iter_batches(batch_size=BATCH_ROWS, columns=list(names)):
                columns = {ours: as_text(block.column(theirs), ours) for theirs, ours in names.items()}
                rows = np.arange(done + 1, done + 1 + block.num_rows, dtype=np.int64)
                done += block.num_rows
                yield Batch(rows, columns, self.size * done // total)
        except (pa.ArrowException, OSError) as error:
            raise ImportFileError(
                _("%(path)s is damaged: %(error)s") % {"path": self.path, "error": error}
            ) from error


def as_text(column: pa.Array, name: str) -> pa.StringArray:
    """Return the column as the texts of a CSV file; a null is an empty text.

    Raises ImportFileError for types without a text form: lists, structures, bytes.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type), name)
    if pa.types.is_floating(kind):
        column = _whole_numbers(column)
    elif pa.types.is_timestamp(kind):
        # Convert to UTC ("Z") if the column has a time zone.
        column = column.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False)
    elif not _has_spelling(kind):
        raise ImportFileError(
            _("Column “%(name)s” contains %(kind)s instead of text.") % {"name": name, "kind": kind}
        )
    return pc.fill_null(column.cast(pa.string()), "")


def _whole_numbers(column: pa.Array) -> pa.Array:
    """Return a float column as integers if all values are whole, as in a column of ids with gaps."""
    column = pc.if_else(pc.is_nan(column), None, column)
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column


def _has_spelling(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_integer,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_decimal,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)
