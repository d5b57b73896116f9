"""The database's own way of taking many rows: COPY on PostgreSQL, `executemany` on SQLite."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection

_AS_COPY_READS = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


def write_rows(*, table: str, rows: pa.Table) -> None:
    """Append `rows`, whose columns are named as those of `table`, in the caller's transaction.

    Arrow spells the block that COPY reads: a null is an empty field, an empty text is a quoted one. No
    Python object is built for a row on PostgreSQL, one tuple on SQLite.
    """
    names = ", ".join(rows.column_names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            block = io.BytesIO()
            pa_csv.write_csv(rows, block, _AS_COPY_READS)
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(block.getbuffer())
        else:
            places = ", ".join(["%s"] * rows.num_columns)
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (our own names)
            cursor.executemany(statement, _tuples(rows))


def _tuples(rows: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))
