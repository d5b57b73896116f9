"""Import a file of products in one transaction: read, check, add or update."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from catalog.imports.batch import Batch, Flags
from catalog.imports.column import CheckedColumn
from catalog.imports.new_products import add_products
from catalog.imports.product_cells import Cells, read_item
from catalog.imports.progress import Progress
from catalog.imports.rejects import Reject, RejectLog, RowsRejectedError, shown
from catalog.imports.table import TableFile
from catalog.models import Product
from catalog.services.product import Outcome, upsert_products
from catalog.services.values import clean_sku


@dataclass(slots=True)
class ProductImport:
    """How many rows were read, and how many products had each outcome."""

    row_count: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))


@transaction.atomic
def import_products(
    *, table: TableFile, rejects: RejectLog, keep_good: bool, at: datetime, progress: Progress
) -> ProductImport:
    """Create or update the products of a file by SKU.

    If a row is rejected, nothing is written and RowsRejectedError is raised, unless `keep_good` is set.
    """
    done = ProductImport()
    first_rows: dict[str, int] = {}
    for batch in table.batches():
        skus = CheckedColumn("sku", batch.columns["sku"], clean_sku)
        found = [*batch.malformed, *skus.rejects(batch.rows), *_refuse_repeated(batch, skus, first_rows)]
        known, new = _split(batch, skus, {reject.row for reject in found})
        added, refused = add_products(batch.pick(new), at=at)
        done.outcomes[Outcome.CREATED] += added
        rejects.add([*found, *refused, *_upsert(batch.pick(known), done, at)])
        done.row_count += len(batch.rows) + len(batch.malformed)
        progress.advance_to(batch.position)
    if rejects.row_count and not keep_good:
        raise RowsRejectedError(done.row_count)
    return done


def _refuse_repeated(batch: Batch, skus: CheckedColumn, first_rows: dict[str, int]) -> Iterator[Reject]:
    """Yield a reject for each row whose SKU is in an earlier row of the file."""
    for row, code in zip(batch.rows.tolist(), skus.codes.tolist(), strict=True):
        sku = skus.values[code]
        if sku and (first := first_rows.setdefault(sku, row)) != row:
            yield Reject(row, "sku", shown(skus.texts[code]), _("Row %d already has this SKU.") % first)


def _split(batch: Batch, skus: CheckedColumn, refused: set[int]) -> tuple[Flags, Flags]:
    """Return which rows are existing products and which are new ones: bool, shape (n_rows,)."""
    wanted = [sku for sku in skus.values if sku]
    stored = set(Product.objects.filter(among("sku", wanted)).values_list("sku", flat=True))
    is_stored = np.array([sku in stored for sku in skus.values], bool)
    is_known: Flags = is_stored[skus.codes]
    is_good = ~np.isin(batch.rows, list(refused))
    return is_known & is_good, ~is_known & is_good


def _upsert(batch: Batch, done: ProductImport, at: datetime) -> Iterator[Reject]:
    """Update the products of a batch and yield the rejects."""
    rows = list(_cells(batch))
    verdicts = upsert_products(items=[read_item(cells) for cells in rows], at=at)
    for row, cells, verdict in zip(batch.rows.tolist(), rows, verdicts, strict=True):
        done.outcomes[verdict.outcome] += 1
        for error in verdict.errors:
            # "/price/amount" is the column price, "/price/currency" the column currency.
            path = error.pointer.split("/")
            column = "currency" if path[-1] == "currency" else path[1]
            yield Reject(row, column, shown(cells.get(column, "")), error.detail)


def _cells(batch: Batch) -> Iterator[Cells]:
    names = list(batch.columns)
    columns = (column.to_pylist() for column in batch.columns.values())
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))
