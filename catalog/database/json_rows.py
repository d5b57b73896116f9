"""Send many rows to the database as one JSON parameter, so that one statement writes any number of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from msgspec.json import encode

Row = Mapping[str, Any]
# The columns of a table and their types as PostgreSQL names them.
Columns = Mapping[str, str]


def upsert_rows(*, table: str, columns: Columns, unique: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert the rows; those that are there by `unique` get the other columns."""
    names = ", ".join(columns)
    rest = [name for name in columns if name not in unique]
    update = ", ".join(f"{name} = excluded.{name}" for name in rest)
    # The names are constants of the callers.
    _execute(
        f"INSERT INTO {table} ({names}) {_sent(columns)} WHERE TRUE "
        f"ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {update}",
        rows,
    )


def update_rows(*, table: str, columns: Columns, rows: Iterable[Row]) -> None:
    """Change the rows that have these values of `id`."""
    change = ", ".join(f"{name} = sent.{name}" for name in columns if name != "id")
    _execute(
        f"UPDATE {table} SET {change} FROM ({_sent(columns)}) AS sent WHERE {table}.id = sent.id",  # noqa: S608
        rows,
    )


def _sent(columns: Columns) -> str:
    """Return the SQL that selects the rows of the parameter."""
    if connection.vendor == "postgresql":
        types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"SELECT {', '.join(columns)} FROM json_to_recordset(%s::json) AS given ({types})"  # noqa: S608
    values = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"SELECT {values} FROM json_each(%s)"  # noqa: S608


def _execute(statement: str, rows: Iterable[Row]) -> None:
    sent = list(rows)
    if sent:
        with connection.cursor() as cursor:
            cursor.execute(statement, [encode(sent).decode()])
