"""Import a file of customers in one transaction: read, check, create or update."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.imports.batch import Batch
from catalog.imports.progress import Progress
from catalog.imports.rejects import Reject, RejectLog, RowsRejectedError, shown
from catalog.imports.table import TableFile
from catalog.services.product_input import Outcome
from offers.imports.customer_cells import CustomerColumns, read_columns, read_customer
from offers.services.customer_attributes import Declared, declared_attributes
from offers.services.customer_update import update_customers

# Rows that are written together, with a constant number of statements.
CHUNK: Final = 5000


@dataclass(slots=True)
class CustomerImport:
    """How many rows were read, and how many customers had each outcome."""

    row_count: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))


@transaction.atomic
def import_customers(
    *, table: TableFile, rejects: RejectLog, keep_good: bool, at: datetime, progress: Progress
) -> CustomerImport:
    """Create or update the customers of a file by their ids.

    If a row is rejected, nothing is written and RowsRejectedError is raised, unless `keep_good` is set.
    """
    done = CustomerImport()
    declared = declared_attributes()
    columns = read_columns(table.path, table.columns, declared)
    first_rows: dict[str, int] = {}
    for batch in table.batches():
        found = [*batch.malformed]
        for rows in _chunks(batch):
            found += _store(rows, columns, declared, first_rows, done, at)
        rejects.add(found)
        done.row_count += len(batch.rows) + len(batch.malformed)
        progress.advance_to(batch.position)
    if rejects.row_count and not keep_good:
        raise RowsRejectedError(done.row_count)
    return done


def _chunks(batch: Batch) -> Iterator[list[tuple[int, dict[str, str]]]]:
    names = list(batch.columns)
    cells = zip(*(column.to_pylist() for column in batch.columns.values()), strict=True)
    rows = zip(batch.rows.tolist(), (dict(zip(names, row, strict=True)) for row in cells), strict=True)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _store(
    rows: list[tuple[int, dict[str, str]]],
    columns: CustomerColumns,
    declared: Declared,
    first_rows: dict[str, int],
    done: CustomerImport,
    at: datetime,
) -> Iterator[Reject]:
    """Update the customers of some rows and yield the rejects."""
    kept = []
    for row, cells in rows:
        customer = cells["customer_id"]
        if customer and (first := first_rows.setdefault(customer, row)) != row:
            yield Reject(row, "customer_id", shown(customer), _("Row %d already has this customer.") % first)
        else:
            kept.append((row, cells))
    items = [read_customer(cells, columns, declared, at=at) for _row, cells in kept]
    for (row, cells), verdict in zip(kept, update_customers(items=items, at=at), strict=True):
        done.outcomes[verdict.outcome] += 1
        for error in verdict.errors:
            column = columns.column_of(error.pointer, cells)
            yield Reject(row, column, shown(cells.get(column, "")), error.detail)
