"""Replace the rows of a table with newly learned ones, writing only those that differ."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, models

from catalog.database.bulk import among_sql, listed_parameter
from catalog.database.columns import read_selected

READ_ROWS = 5_000

Ints = npt.NDArray[np.int64]
Row = tuple[Any, ...]
# Which keys are stored with the same values, (n,), and the stored keys that are no longer among them.
Comparison = tuple[npt.NDArray[np.bool_], list[int]]


@dataclass(frozen=True, slots=True)
class Replacement:
    """How many rows were written, were removed, and stayed as they were."""

    written_count: int
    removed_count: int
    untouched_count: int


def replace_rows(
    *, model: type[models.Model], columns: Sequence[str], keys: Ints, row_at: Callable[[int], Row]
) -> Replacement:
    """Make the table hold exactly these rows, in the caller's transaction.

    columns: the key's column, which is the primary key and refers to another table, then those that are
    compared; keys: (n,) ascending; row_at(i): the compared values of key i, as the database's driver gives
    them. Keys that are no longer in the table they refer to are left out.
    """
    comparison = _compare(model, columns, keys, row_at)
    return _write_changes(model, columns, keys, comparison, lambda places: map(row_at, places.tolist()))


def replace_figures(
    *,
    model: type[models.Model],
    columns: Sequence[str],
    keys: Ints,
    figures: Mapping[str, Ints],
    rows_at: Callable[[Ints], Iterable[Row]],
) -> Replacement:
    """Do the same for a table without texts and bytes: what it holds is compared column by column.

    figures: (n,) what each SQL expression over `columns`, a whole number, is of the new rows; together they
    tell rows apart. rows_at(places): the values of some keys after the key's, in the order of `columns`.
    """
    comparison = _compare_figures(model, columns, keys, figures)
    return _write_changes(model, columns, keys, comparison, rows_at)


def _write_changes(
    model: type[models.Model],
    columns: Sequence[str],
    keys: Ints,
    comparison: Comparison,
    rows_at: Callable[[Ints], Iterable[Row]],
) -> Replacement:
    is_same, gone = comparison
    changed = np.flatnonzero(~is_same)
    changed = changed[still_there(_referred(model), keys[changed])]
    changed_keys = keys[changed].tolist()
    _delete(model, columns[0], [*gone, *changed_keys])
    rows = zip(changed_keys, rows_at(changed), strict=True)
    insert_rows(model, columns, ((key, *row) for key, row in rows))
    return Replacement(len(changed), len(gone), int(is_same.sum()))


def still_there(table: str, keys: Ints) -> npt.NDArray[np.bool_]:
    """Tell which rows exist, and keep them from being deleted until the transaction ends.

    On SQLite the transaction is the only writer; on PostgreSQL the rows are locked as a foreign key would.
    """
    if not len(keys):
        return np.zeros(0, np.bool_)
    lock = "ORDER BY id FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        statement = f"SELECT id FROM {table} WHERE {among_sql('id')} {lock}"  # noqa: S608 (our own names)
        cursor.execute(statement, [listed_parameter(keys.tolist())])
        found = np.fromiter((key for (key,) in cursor.fetchall()), np.int64)
    return np.isin(keys, found)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterator[Row]) -> None:
    """Append rows by the database's bulk path."""
    table, names = _table(model), ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types([_postgres_type(model, column) for column in columns])
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (our own names)
            cursor.executemany(statement, list(rows))


def _compare(
    model: type[models.Model], columns: Sequence[str], keys: Ints, row_at: Callable[[int], Row]
) -> Comparison:
    """Compare row by row."""
    is_same, gone = np.zeros(len(keys), np.bool_), []
    places = {key: place for place, key in enumerate(keys.tolist())}
    for row in _stored(model, columns):
        place = places.get(row[0])
        if place is None:
            gone.append(row[0])
        elif row[1:] == row_at(place):
            is_same[place] = True
    return is_same, gone


def _compare_figures(
    model: type[models.Model], columns: Sequence[str], keys: Ints, figures: Mapping[str, Ints]
) -> Comparison:
    """Compare column by column."""
    stored_keys, *stored = read_selected(
        model._default_manager.values_list(*columns),  # noqa: SLF001 (Django's documented model API)
        integers=(columns[0], *figures),
    )
    if not len(keys):
        return np.zeros(0, np.bool_), stored_keys.tolist()
    place = np.minimum(np.searchsorted(keys, stored_keys), len(keys) - 1)
    is_known = keys[place] == stored_keys
    is_same = is_known.copy()
    for expected, found in zip(figures.values(), stored, strict=True):
        is_same &= expected[place] == found
    same = np.zeros(len(keys), np.bool_)
    same[place[is_same]] = True
    return same, stored_keys[~is_known].tolist()


def _stored(model: type[models.Model], columns: Sequence[str]) -> Iterator[Row]:
    """Yield all rows of the table as the driver gives them: Django's conversions would take as long again."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {_table(model)}")  # noqa: S608 (our own names)
        while rows := cursor.fetchmany(READ_ROWS):
            yield from rows


def _delete(model: type[models.Model], key: str, keys: list[int]) -> None:
    """Delete rows that nothing refers to, without asking what does."""
    if keys:
        with connection.cursor() as cursor:
            statement = f"DELETE FROM {_table(model)} WHERE {among_sql(key)}"  # noqa: S608 (our own names)
            cursor.execute(statement, [listed_parameter(keys)])


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 (Django's documented model API)


def _referred(model: type[models.Model]) -> str:
    """Return the table that the primary key refers to."""
    target: type[models.Model] = model._meta.pk.related_model  # type: ignore[assignment] # noqa: SLF001
    return _table(target)


def _postgres_type(model: type[models.Model], column: str) -> str:
    """Return the name that psycopg knows a column's type by."""
    fields = model._meta.concrete_fields  # noqa: SLF001 (Django's documented model API)
    field = next(field for field in fields if field.column == column)
    return str(field.db_type(connection)).partition("(")[0]
