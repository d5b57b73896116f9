"""Import a file of products: read, check, upsert, all in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.imports.batch import Batch
from catalog.imports.product_cells import Cells, read_item
from catalog.imports.progress import Progress
from catalog.imports.rejects import Reject, RejectLog, RowsRejectedError, shown
from catalog.imports.table import TableFile
from catalog.services.product import Outcome, ProductVerdict, upsert_products
from catalog.values import InvalidValueError, clean_sku


@dataclass(slots=True)
class ProductImport:
    """How many rows an import read, and how many products met which fate."""

    row_count: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))


@transaction.atomic
def import_products(
    *, table: TableFile, rejects: RejectLog, keep_good: bool, at: datetime, progress: Progress
) -> ProductImport:
    """Create or change the products of a file by their SKU.

    Where a row is rejected nothing is written and RowsRejectedError is raised, unless `keep_good`.
    """
    done = ProductImport()
    first_rows: dict[str, int] = {}
    for batch in table.batches():
        taken, repeated = _split_repeated(batch, first_rows)
        verdicts = upsert_products(items=[read_item(cells) for _row, cells in taken], at=at)
        rejects.add([*batch.malformed, *repeated, *_rejects(taken, verdicts)])
        for verdict in verdicts:
            done.outcomes[verdict.outcome] += 1
        done.row_count += len(batch.rows) + len(batch.malformed)
        progress.advance_to(batch.position)
    if rejects.row_count and not keep_good:
        raise RowsRejectedError(done.row_count)
    return done


def _split_repeated(batch: Batch, first_rows: dict[str, int]) -> tuple[list[tuple[int, Cells]], list[Reject]]:
    """Return the rows of a batch, and as rejects those whose SKU an earlier row of the file has."""
    taken = []
    repeated = []
    for row, cells in _numbered_cells(batch):
        first = first_rows.setdefault(_stored_sku(cells["sku"]) or f"row {row}", row)
        if first == row:
            taken.append((row, cells))
        else:
            reason = _("Row %d has this SKU already.") % first
            repeated.append(Reject(row, "sku", shown(cells["sku"]), reason))
    return taken, repeated


def _numbered_cells(batch: Batch) -> Iterator[tuple[int, Cells]]:
    names = list(batch.columns)
    columns = (column.to_pylist() for column in batch.columns.values())
    for row, values in zip(batch.rows.tolist(), zip(*columns, strict=True), strict=True):
        yield row, dict(zip(names, values, strict=True))


def _stored_sku(text: str) -> str:
    # What is no SKU is left for the upsert to refuse. No SKU holds a space, so "row 7" can stand for it.
    try:
        return clean_sku(text)
    except InvalidValueError:
        return ""


def _rejects(taken: list[tuple[int, Cells]], verdicts: list[ProductVerdict]) -> Iterator[Reject]:
    for (row, cells), verdict in zip(taken, verdicts, strict=True):
        for error in verdict.errors:
            # "/price/amount" is the column price, "/price/currency" the column currency.
            path = error.pointer.split("/")
            column = "currency" if path[-1] == "currency" else path[1]
            yield Reject(row, column, shown(cells.get(column, "")), error.detail)
