"""Order lines from a file in the import format, as arrays."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analytics.evaluation.history import ANONYMOUS, History, Ints
from analytics.order_values import (
    clean_customer_id,
    clean_order_id,
    clean_placed_at,
    clean_quantity,
)
from analytics.stats.sales import EPOCH, Progress, no_progress
from catalog.imports.batch import Batch
from catalog.imports.column import CheckedColumn
from catalog.imports.rejects import RejectLog
from catalog.imports.table import TableFile
from catalog.values import InvalidValueError, clean_sku

# Prices are no part of the question which product goes with which.
REQUIRED = ("order_id", "placed_at", "sku", "quantity")
OPTIONAL = ("customer_id",)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Orders:
    """What a file says: the lines as arrays, and what the numbers in them stand for."""

    history: History
    skus: list[str]  # of each product, ascending
    line_count: int
    below_one_count: int  # lines left out for their quantity
    log: RejectLog  # lines left out because the import would reject them


@dataclass(slots=True)
class _Names:
    """Numbers for names, in the order in which they are met."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def encode(self, column: CheckedColumn, rows: Ints) -> Ints:
        """Return the number of the value in each of `rows`, (n,); None is ANONYMOUS."""
        numbers = self.numbers
        used, places = np.unique(column.codes[rows], return_inverse=True)
        values = [column.values[code] for code in used.tolist()]
        codes = [ANONYMOUS if value is None else numbers.setdefault(value, len(numbers)) for value in values]
        return np.array(codes, np.int64)[places]

    def ranks(self) -> Ints:
        """Return the place of each number's name among the sorted names, (n_names,)."""
        numbers = np.array([self.numbers[name] for name in sorted(self.numbers)], np.int64)
        return np.argsort(numbers)


@dataclass(slots=True)
class _Lines:
    """The lines read so far, a batch an entry."""

    orders: _Names = field(default_factory=_Names)
    skus: _Names = field(default_factory=_Names)
    customers: _Names = field(default_factory=_Names)
    columns: list[tuple[Ints, ...]] = field(default_factory=list)
    line_count: int = 0
    below_one_count: int = 0
    log: RejectLog = field(default_factory=RejectLog)


def read_orders(
    path: Path, *, at: datetime, encoding: str = "utf-8", on_progress: Progress = no_progress
) -> Orders:
    """Read the lines of a file; those that the import would reject are left out and counted.

    Raises ImportFileError where the file as a whole cannot be read. `at` is the present: an order placed
    after it is a mistake. An order takes its moment and customer from its first line.
    """
    table = TableFile(path, required=REQUIRED, optional=OPTIONAL, encoding=encoding)
    lines = _Lines()
    for batch in table.batches():
        _take(batch, lines, at=at)
        on_progress("read", batch.position, table.size)
    return Orders(
        history=_arrange(lines),
        skus=sorted(lines.skus.numbers),
        line_count=lines.line_count,
        below_one_count=lines.below_one_count,
        log=lines.log,
    )


def _take(batch: Batch, lines: _Lines, *, at: datetime) -> None:
    """Add the good lines of a batch."""
    checks: dict[str, Callable[[str], Any]] = {
        "order_id": clean_order_id,
        "placed_at": partial(to_microseconds, at=at),
        "customer_id": clean_customer_id,
        "sku": clean_sku,
        "quantity": _quantity,
    }
    empty = pa.repeat("", len(batch.rows))
    columns = {
        name: CheckedColumn(name, batch.columns.get(name, empty), clean) for name, clean in checks.items()
    }
    rejects = (reject for column in columns.values() for reject in column.rejects(batch.rows))
    lines.log.add([*batch.malformed, *rejects])
    lines.line_count += len(batch.rows) + len(batch.malformed)
    good = np.flatnonzero(~np.logical_or.reduce([column.is_bad for column in columns.values()]))
    bought = good[_numbers(columns["quantity"], good) > 0]
    lines.below_one_count += len(good) - len(bought)
    lines.columns.append(
        (
            lines.orders.encode(columns["order_id"], bought),
            _numbers(columns["placed_at"], bought),
            lines.customers.encode(columns["customer_id"], bought),
            lines.skus.encode(columns["sku"], bought),
        )
    )


def _numbers(column: CheckedColumn, indices: npt.NDArray[np.intp]) -> Ints:
    """Return the clean whole numbers of some rows, shape of `indices`."""
    numbers: Ints = column.take(indices, pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def to_microseconds(text: str, *, at: datetime) -> int:
    """Return the moment that a text names, microseconds since 1970-01-01 UTC. Raises InvalidValueError."""
    return (clean_placed_at(text, at=at) - EPOCH) // MICROSECOND


def _quantity(text: str) -> int:
    """Return the quantity, 0 where it is none that the import takes."""
    try:
        return clean_quantity(text)
    except InvalidValueError as error:
        if error.code != "out_of_range":
            raise
        return 0


def _arrange(lines: _Lines) -> History:
    """Return the history, orders by time and products by SKU: the sequence of a file's rows means nothing."""
    none = tuple(np.empty(0, np.int64) for _name in ("order", "moment", "customer", "sku"))
    order, moment, customer, product = map(np.concatenate, zip(none, *lines.columns, strict=True))
    orders, first, line_order = np.unique(order, return_index=True, return_inverse=True)
    by_time = np.lexsort((lines.orders.ranks()[orders], moment[first]))
    number = np.empty(len(orders), np.int64)
    number[by_time] = np.arange(len(orders))
    return History(
        order=number[line_order],
        product=lines.skus.ranks()[product],
        placed_us=moment[first][by_time],
        customer=customer[first][by_time],
        product_count=len(lines.skus.numbers),
    )
