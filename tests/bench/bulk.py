"""The database's own bulk path with rows that are already checked: the baseline for imports.

PostgreSQL gets the bytes that it exported before, with one COPY per table; SQLite gets tuples with
`executemany`. Constraints and indexes are kept. It runs in one transaction, like an import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from catalog.models import PriceChange, Product
from checkout.models import Order, OrderLine
from offers.models import Customer

PRODUCT_TABLES: tuple[type[models.Model], ...] = (Product, PriceChange)
ORDER_TABLES: tuple[type[models.Model], ...] = (Customer, Order, OrderLine)
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class TableRows:
    """All rows of a table in the fastest format for its database."""

    table: str
    columns: str
    rows: bytes | list[tuple[Any, ...]]


def copy_out(tables: Sequence[type[models.Model]]) -> list[TableRows]:
    """Return the rows of the tables."""
    return [_copy_out(model) for model in tables]


def write_back(saved: Sequence[TableRows]) -> None:
    """Write the rows again into empty tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        for rows in saved:
            if isinstance(rows.rows, bytes):
                with cursor.copy(f"COPY {rows.table} ({rows.columns}) FROM STDIN") as copy:
                    for start in range(0, len(rows.rows), CHUNK_BYTES):
                        copy.write(rows.rows[start : start + CHUNK_BYTES])
            else:
                places = ", ".join(["%s"] * (rows.columns.count(",") + 1))
                cursor.executemany(
                    f"INSERT INTO {rows.table} ({rows.columns}) VALUES ({places})",  # noqa: S608
                    rows.rows,
                )


def empty(tables: Sequence[type[models.Model]]) -> None:
    """Delete all rows of the tables and of dependent tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(model._meta.db_table for model in tables)
            cursor.execute(f"TRUNCATE {names} CASCADE")
        else:
            for model in reversed(tables):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def _copy_out(model: type[models.Model]) -> TableRows:
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY (SELECT {columns} FROM {table} ORDER BY id) TO STDOUT") as copy:  # noqa: S608
                return TableRows(table, columns, b"".join(map(bytes, copy)))
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id")  # noqa: S608
        return TableRows(table, columns, cursor.fetchall())
