"""Send many values to the database at once.

A list is sent as one parameter, so that the number of queries is the same for one item and for ten thousand.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Value

_AMONG = {"postgresql": (" = ANY(", ")"), "sqlite": (" IN (SELECT value FROM json_each(", "))")}


def among(column: str, values: Iterable[str] | Iterable[int]) -> Func:
    """Return the condition that a column is one of many values: `filter(among("sku", skus))`."""
    before, after = _AMONG[connection.vendor]
    listed = Value(listed_parameter(values))
    return Func(
        F(column), listed, arg_joiner=before, template=f"%(expressions)s{after}", output_field=BooleanField()
    )


def among_sql(column: str) -> str:
    """Return the same condition as SQL; its only parameter is `listed_parameter(values)`."""
    before, after = _AMONG[connection.vendor]
    return f"{column}{before}%s{after}"


def listed_parameter(values: Iterable[str] | Iterable[int]) -> Any:
    """Return many values as one parameter."""
    return json.dumps(list(values)) if connection.vendor == "sqlite" else list(values)


def stored_datetime(at: datetime) -> Any:
    """Return `at` as the database stores it, for SQL that does not use the ORM."""
    return connection.ops.adapt_datetimefield_value(at)


def read_datetime(stored: Any) -> datetime:
    """Return the moment of a value that the database stores, from SQL that does not use the ORM."""
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def stored_date(day: date) -> Any:
    """Return a day as the database stores it, for SQL that does not use the ORM."""
    return connection.ops.adapt_datefield_value(day)


def read_date(stored: Any) -> date:
    """Return the day of a value that the database stores, from SQL that does not use the ORM."""
    return stored if isinstance(stored, date) else date.fromisoformat(stored)


def select_rows(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """Return all rows of a query that does not use the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
    return rows


def reserve_keys(*, table: str, count: int) -> range | list[int]:
    """Return `count` primary keys that no other row of `table` will get, in the caller's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(statement, [table, count])
            return [key for (key,) in cursor.fetchall()]
        # The writer holds the only lock; AUTOINCREMENT continues after the keys that are written.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    first = row[0] + 1 if row else 1
    return range(first, first + count)
