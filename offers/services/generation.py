"""Publishing what a recompute learned: one whole generation at a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from offers.generations import GenerationData, Records
from offers.models import CustomerHistory, Generation

KEPT_GENERATIONS = 3

Ints = npt.NDArray[np.int64]


def publish_generation(*, data: GenerationData, at: datetime) -> Generation:
    """Write `data` as the newest generation and drop the old ones: all of it, or nothing.

    What was deleted since the data was read is left out; readers see the generation before until this
    transaction ends.
    """
    with transaction.atomic():
        products = _still_there("catalog_product", data.products)
        generation = Generation.objects.create(
            published_at=at,
            data_until=data.data_until,
            order_count=data.order_count,
            line_count=data.line_count,
            product_count=int(products.sum()),
            pair_count=data.pair_count,
        )
        _write_partners(generation, data, products)
        _write_popular(generation, data)
        _replace_histories(data)
        _prune()
    return generation


def _write_partners(generation: Generation, data: GenerationData, is_kept: npt.NDArray[np.bool_]) -> None:
    lists = _lists(data.products, data.partner_starts, data.partners, is_kept)
    rows = ((generation.pk, product, partners) for product, partners in lists)
    _insert("offers_productpartners", ("generation_id", "product_id", "partners"), rows)


def _write_popular(generation: Generation, data: GenerationData) -> None:
    is_kept = _still_there("catalog_category", data.categories) | (data.categories == 0)
    lists = _lists(data.categories, data.popular_starts, data.popular, is_kept)
    rows = ((generation.pk, category or None, products) for category, products in lists)
    _insert("offers_popularproducts", ("generation_id", "category_id", "products"), rows)


def _replace_histories(data: GenerationData) -> None:
    CustomerHistory.objects.all().delete()
    is_kept = _still_there("offers_customer", data.customers)
    rows = _lists(data.customers, data.purchase_starts, data.purchases, is_kept)
    _insert("offers_customerhistory", ("customer_id", "purchases"), rows)


def _lists(
    keys: Ints, starts: Ints, records: Records, is_kept: npt.NDArray[np.bool_]
) -> Iterable[tuple[int, bytes]]:
    """Yield each kept key with the bytes of its list."""
    packed, size = records.tobytes(), records.dtype.itemsize
    bounds = (starts * size).tolist()
    for place in np.flatnonzero(is_kept).tolist():
        yield int(keys[place]), packed[bounds[place] : bounds[place + 1]]


def _still_there(table: str, keys: Ints) -> npt.NDArray[np.bool_]:
    """Tell which rows exist, and keep them from being deleted until the transaction ends.

    On SQLite the transaction is the only writer; on PostgreSQL the rows are locked as a foreign key would.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"  # noqa: S608
            cursor.execute(statement, [keys.tolist()])
        else:
            cursor.execute(f"SELECT id FROM {table}")  # noqa: S608 (our own names)
        found = np.fromiter((key for (key,) in cursor.fetchall()), np.int64)
    return np.isin(keys, found)


def _insert(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Append keys and one packed column, last, by the database's bulk path."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types([*["int8"] * (len(columns) - 1), "bytea"])
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (our own names)
            cursor.executemany(statement, list(rows))


def _prune() -> None:
    """Drop all but the newest generations, with their lists."""
    newest = Generation.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_GENERATIONS]
    Generation.objects.filter(pk__lt=min(newest)).delete()
