"""Hand many values, and many rows, to the database at once.

A list travels as one parameter, so that the number of queries is the same for one item and for ten
thousand; rows travel by the database's own bulk path, COPY on PostgreSQL and `executemany` on SQLite.
"""

import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection
from django.db.models import BooleanField, F, Func, Value

_AMONG = {"postgresql": (" = ANY(", ")"), "sqlite": (" IN (SELECT value FROM json_each(", "))")}
_AS_COPY_READS = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


def among(column: str, values: Iterable[str] | Iterable[int]) -> Func:
    """Return the condition that a column is one of many values: `filter(among("sku", skus))`."""
    before, after = _AMONG[connection.vendor]
    listed = Value(listed_parameter(values))
    return Func(
        F(column), listed, arg_joiner=before, template=f"%(expressions)s{after}", output_field=BooleanField()
    )


def among_sql(column: str) -> str:
    """Return the same condition for SQL; its only parameter is `listed_parameter(values)`."""
    before, after = _AMONG[connection.vendor]
    return f"{column}{before}%s{after}"


def listed_parameter(values: Iterable[str] | Iterable[int]) -> Any:
    """Return many values as one parameter."""
    return json.dumps(list(values)) if connection.vendor == "sqlite" else list(values)


def stored_datetime(at: datetime) -> Any:
    """Return `at` as the database's own column holds it, for SQL that does not pass through the ORM."""
    return connection.ops.adapt_datetimefield_value(at)


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
            statement = f"COPY {table} ({names}) FROM STDIN (FORMAT csv)"
            # Django wraps the errors of its own methods only.
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                copy.write(block.getbuffer())
        else:
            places = ", ".join(["%s"] * rows.num_columns)
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (our own names)
            columns = (column.to_pylist() for column in rows.columns)
            cursor.executemany(statement, list(zip(*columns, strict=True)))


def reserve_keys(*, table: str, count: int) -> range | list[int]:
    """Return `count` primary keys that no other row of `table` will get, in the caller's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(statement, [table, count])
            return [key for (key,) in cursor.fetchall()]
        # The writer holds the only lock there is; AUTOINCREMENT follows the keys that are written.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    first = row[0] + 1 if row else 1
    return range(first, first + count)
