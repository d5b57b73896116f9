"""Add the new products of a batch, column by column instead of item by item.

In a first import all products are new, so they use the database's bulk path. The checks are those of
`upsert_products`, once per distinct value; missing columns and empty cells are stored as empty.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from msgspec import UNSET
from msgspec.json import encode

from catalog.database.arrow_rows import write_rows
from catalog.database.bulk import reserve_keys, stored_datetime
from catalog.imports.batch import Batch
from catalog.imports.column import CheckedColumn, check_amounts, clean_file_currency
from catalog.imports.product_cells import READERS
from catalog.imports.rejects import Reject
from catalog.services.category import clean_path, get_or_create_paths
from catalog.services.product import DEFAULTS
from catalog.services.product_input import CLEANERS
from catalog.services.revision import raise_revision
from catalog.services.values import clean_amount, clean_sku

_KINDS = {bool: pa.bool_(), str: pa.string(), int: pa.int64()}
_INTEGERS = {"category_id", "cost_minor", "stock", "replenishment_days"}

Indices = npt.NDArray[np.intp]


def add_products(batch: Batch, *, at: datetime) -> tuple[int, list[Reject]]:
    """Add the products of a batch, none of which exists; return their number and the rejected rows."""
    columns = _check(batch)
    rejects: list[Reject] = []
    is_bad = np.zeros(len(batch.rows), bool)
    for column in columns.values():
        rejects += column.rejects(batch.rows)
        is_bad |= column.is_bad
    good = np.flatnonzero(~is_bad)
    if len(good):
        _find_categories(columns["category_id"], good)
        _write({name: column.take(good, _kind(name)) for name, column in columns.items()}, at)
        raise_revision(domain="catalog")
    return len(good), rejects


def _check(batch: Batch) -> dict[str, CheckedColumn]:
    """Return the checked columns by the name of the database's column."""
    checks: dict[str, tuple[str, Callable[[str], Any]]] = {
        "sku": ("sku", clean_sku),
        "currency": ("currency", clean_file_currency),
        "category_id": ("category", clean_path),
    }
    for name, column, clean in CLEANERS:
        checks[column] = (name, _check_of(name, column, clean))
    columns = {
        column: CheckedColumn(name, batch.texts(name), check) for column, (name, check) in checks.items()
    }
    columns["price_minor"] = check_amounts(batch, "price", _amount)
    columns["cost_minor"] = check_amounts(
        batch, "cost", lambda text, currency: _amount(text, currency) if text else None
    )
    return columns


def _check_of(name: str, column: str, clean: Callable[[Any], Any]) -> Callable[[str], Any]:
    read = READERS.get(name, str)

    def check(text: str) -> Any:
        value = read(text)
        stored = DEFAULTS[column] if value is UNSET else clean(value)
        return encode(stored).decode() if isinstance(stored, dict) else stored

    return check


def _amount(text: str, currency: str) -> int:
    return clean_amount(text, currency=currency)


def _kind(column: str) -> pa.DataType:
    """Return the Arrow type of a column; JSON is written as text."""
    return pa.int64() if column in _INTEGERS else _KINDS.get(type(DEFAULTS[column]), pa.string())


def _find_categories(paths: CheckedColumn, good: Indices) -> None:
    """Replace the category paths of valid rows with primary keys."""
    used = {paths.values[code] for code in np.unique(paths.codes[good])}
    keys = get_or_create_paths(paths=used - {""})
    paths.values = [keys.get(path) for path in paths.values]


def _write(columns: dict[str, pa.Array], at: datetime) -> None:
    count = len(columns["sku"])
    moment = pa.repeat(str(stored_datetime(at)), count)
    keys = pa.array(reserve_keys(table="catalog_product", count=count), pa.int64())
    times = {"created_at": moment, "updated_at": moment}
    write_rows(table="catalog_product", rows=pa.table({"id": keys, **columns, **times}))
    prices = {"product_id": keys, "currency": columns["currency"], "price_minor": columns["price_minor"]}
    write_rows(table="catalog_pricechange", rows=pa.table({**prices, "changed_at": moment}))
