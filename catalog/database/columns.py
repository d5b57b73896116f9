"""Read a table by columns: the database packs each one into a single value, without an object per row.

Integers are returned as arrays. 92,000 products take 0.1 s, compared with 0.4 s for reading rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from psycopg import Cursor
from psycopg.pq import Format

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]

_INTEGERS = {"postgresql": "string_agg(int8send({}), ''::bytea)", "sqlite": "json_group_array({})"}
_SMALL_INTEGERS = _INTEGERS | {"postgresql": "string_agg(int4send({}::int), ''::bytea)"}
# Microseconds since 1970-01-01 UTC. SQLite stores a time as text with no or six fractional digits; Julian
# days give exact seconds, and are faster than strftime.
_MOMENT_US = {
    "postgresql": "(extract(epoch FROM {0}) * 1000000)::bigint",
    "sqlite": (
        "(cast(round((julianday(substr({0}, 1, 19)) - 2440587.5) * 86400) AS integer) * 1000000"
        " + cast(substr({0}, 21) AS integer))"
    ),
}
_DAY = {
    "postgresql": "({} - DATE '1970-01-01')",
    "sqlite": "cast(julianday({}) - 2440587.5 AS integer)",
}
_TEXTS = {"postgresql": "json_agg({})::text", "sqlite": "json_group_array({})"}


def moment_us(column: str) -> str:
    """Return the SQL of a time as microseconds since 1970-01-01 UTC."""
    return _MOMENT_US[connection.vendor].format(column)


def day_number(column: str) -> str:
    """Return the SQL of a date as days since 1970-01-01."""
    return _DAY[connection.vendor].format(column)


def packed_integers(column: str) -> str:
    """Return the SQL that packs all values of a non-null integer expression into one value."""
    return _INTEGERS[connection.vendor].format(column)


def unpack_integers(packed: Any) -> Ints:
    """Return a value of `packed_integers` as an array; empty without rows."""
    if connection.vendor == "postgresql":
        return np.frombuffer(packed or b"", ">i8").astype(np.int64)
    return np.fromstring(packed[1:-1], np.int64, sep=",")


def packed_small_integers(column: str) -> str:
    """Return the same for values that fit into 32 bits, which sends fewer bytes."""
    return _SMALL_INTEGERS[connection.vendor].format(column)


def unpack_small_integers(packed: Any) -> SmallInts:
    """Return a value of `packed_small_integers` as an array; empty without rows.

    SQLite does not enforce the range of a column, so larger values are clipped.
    """
    if connection.vendor == "postgresql":
        return np.frombuffer(packed or b"", ">i4").astype(np.int32)
    return np.minimum(unpack_integers(packed), np.iinfo(np.int32).max).astype(np.int32)


def read_columns(
    table: str, *, integers: Sequence[str], texts: Sequence[str]
) -> tuple[list[Ints], list[list[str]]]:
    """Return integer expressions and text columns of all rows of a table, sorted by primary key."""
    packed = [*map(packed_integers, integers), *map(_TEXTS[connection.vendor].format, texts)]
    statement = f"SELECT {', '.join(packed)} FROM (SELECT * FROM {table} ORDER BY id) AS ordered"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement)
        values = cursor.fetchone()
    numbers, words = values[: len(integers)], values[len(integers) :]
    return (
        [unpack_integers(value) for value in numbers],
        [msgspec.json.decode(value, type=list[str]) if value else [] for value in words],
    )


def read_selected(rows: QuerySet[Any, Any], *, integers: Sequence[str]) -> list[Ints]:
    """Return integer expressions over the selected columns of a query, in any row order."""
    selected, parameters = rows.query.sql_with_params()
    packed = ", ".join(map(packed_integers, integers))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {packed} FROM ({selected}) AS selected", parameters)  # noqa: S608 (our own)
        return [unpack_integers(value) for value in cursor.fetchone()]


def fetch_rows(statement: str, parameters: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Return the rows of a query with large values; PostgreSQL sends a bytea as it is, in half the bytes."""
    with _binary_cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _binary_cursor() -> CursorWrapper:
    """Return a cursor that receives binary values, which Django's own cursors of PostgreSQL do not."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    cursor: Any = Cursor(connection.connection)  # the stubs of Django expect its own
    cursor.format = Format.BINARY
    return (
        connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    )
