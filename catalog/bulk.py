"""Hand many values to the database as one parameter, however many they are.

SQLite limits the parameters of a statement; a list in one JSON text (or array) knows no such limit and
keeps the number of queries the same for one item and for ten thousand.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL


def among(values: Iterable[str] | Iterable[int]) -> RawSQL:
    """Return the right-hand side of an `__in` lookup: `filter(sku__in=among(skus))`."""
    listed: list[Any] = list(values)
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])
    kind = "bigint" if listed and isinstance(listed[0], int) else "text"
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [listed])  # noqa: S611 (constant)


def stored_datetime(at: datetime) -> Any:
    """Return `at` as the database's own column holds it, for SQL that does not pass through the ORM."""
    return connection.ops.adapt_datetimefield_value(at)
