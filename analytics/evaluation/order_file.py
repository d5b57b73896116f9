"""Read order lines from a file in the import format as arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.evaluation.history import History
from analytics.stats.sales import Progress, no_progress
from catalog.imports.batch import Batch
from catalog.imports.column import CheckedColumn
from catalog.imports.rejects import RejectLog
from catalog.imports.table import TableFile
from catalog.services.values import InvalidValueError, clean_sku
from checkout.models import OrderStatus
from checkout.services.order_values import (
    clean_customer_id,
    clean_order_id,
    clean_placed_at,
    clean_quantity,
    clean_status,
)
from engine.moments import EPOCH

# Prices are not needed.
REQUIRED = ("order_id", "placed_at", "sku", "quantity")
OPTIONAL = ("customer_id", "status")
MICROSECOND = timedelta(microseconds=1)
# The columns of a valid line, by the file's names; `placed_at` in microseconds.
LINES = pa.schema(
    {
        "order_id": pa.string(),
        "placed_at": pa.int64(),
        "customer_id": pa.string(),
        "sku": pa.string(),
        "quantity": pa.int64(),
        "status": pa.string(),
    }
)


@dataclass(frozen=True, slots=True)
class Orders:
    """The lines of a file as arrays, and the SKUs of the product numbers."""

    history: History
    skus: list[str]  # of each product, ascending
    line_count: int
    below_one_count: int  # lines skipped for their quantity
    cancelled_count: int  # lines of cancelled orders, which are skipped
    log: RejectLog  # lines skipped because the import would reject them


def read_orders(
    path: Path, *, at: datetime, encoding: str = "utf-8", on_progress: Progress = no_progress
) -> Orders:
    """Read the lines of a file; those that the import would reject are skipped and counted.

    Raises ImportFileError if the file cannot be read. `at` is the current time: an order placed after it is a
    mistake. The time and the customer of an order are those of its first line.
    """
    table = TableFile(path, required=REQUIRED, optional=OPTIONAL, encoding=encoding)
    log = RejectLog()
    line_count, good = 0, [LINES.empty_table()]
    for batch in table.batches():
        line_count += len(batch.rows) + len(batch.malformed)
        good.append(_good_lines(batch, log, at=at))
        on_progress("read", batch.position, table.size)
    lines = pa.concat_tables(good).to_pandas()
    placed = lines[lines["status"] != OrderStatus.CANCELLED]
    bought = placed[placed["quantity"] > 0]
    history, skus = _number(bought)
    return Orders(
        history=history,
        skus=skus,
        line_count=line_count,
        below_one_count=len(placed) - len(bought),
        cancelled_count=len(lines) - len(placed),
        log=log,
    )


def _good_lines(batch: Batch, log: RejectLog, *, at: datetime) -> pa.Table:
    """Return the valid lines of a batch, as LINES; log the others."""
    checks: dict[str, Callable[[str], Any]] = {
        "order_id": clean_order_id,
        "placed_at": partial(to_microseconds, at=at),
        "customer_id": clean_customer_id,
        "sku": clean_sku,
        "quantity": _quantity,
        "status": clean_status,
    }
    empty = pa.repeat("", len(batch.rows))
    columns = {
        name: CheckedColumn(name, batch.columns.get(name, empty), clean) for name, clean in checks.items()
    }
    rejects = (reject for column in columns.values() for reject in column.rejects(batch.rows))
    log.add([*batch.malformed, *rejects])
    good = np.flatnonzero(~np.logical_or.reduce([column.is_bad for column in columns.values()]))
    return pa.table([columns[field.name].take(good, field.type) for field in LINES], schema=LINES)


def to_microseconds(text: str, *, at: datetime) -> int:
    """Return the time in a text as microseconds since 1970-01-01 UTC. Raises InvalidValueError."""
    return (clean_placed_at(text, at=at) - EPOCH) // MICROSECOND


def _quantity(text: str) -> int:
    """Return the quantity, 0 if it is out of range."""
    try:
        return clean_quantity(text)
    except InvalidValueError as error:
        if error.code != "out_of_range":
            raise
        return 0


def _number(lines: pd.DataFrame) -> tuple[History, list[str]]:
    """Return the history and the SKU of each of its products; `lines` has the columns of LINES.

    Orders are numbered by time and products by SKU, independent of the order of the file's rows.
    """
    orders = lines.drop_duplicates("order_id").sort_values(["placed_at", "order_id"])
    customer, _names = orders["customer_id"].factorize()  # -1 (ANONYMOUS) without a customer
    product, skus = lines["sku"].factorize(sort=True)
    history = History(
        order=pd.Index(orders["order_id"]).get_indexer(lines["order_id"]),
        product=product,
        placed_us=orders["placed_at"].to_numpy(),
        customer=customer,
        product_count=len(skus),
    )
    return history, list(skus)
