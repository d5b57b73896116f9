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


def among(texts: Iterable[str]) -> RawSQL:
    """Return the right-hand side of an `__in` lookup of texts: `filter(sku__in=among(skus))`."""
    return _listed(texts, "text")


def among_keys(keys: Iterable[int]) -> RawSQL:
    """Return the right-hand side of an `__in` lookup of keys: `filter(pk__in=among_keys(keys))`."""
    return _listed(keys, "bigint")


def _listed(values: Iterable[Any], kind: str) -> RawSQL:
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(values))])
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [list(values)])  # noqa: S611 (one of two constants)


def stored_datetime(at: datetime) -> Any:
    """Return `at` as the database's own column holds it, for SQL that does not pass through the ORM."""
    return connection.ops.adapt_datetimefield_value(at)
