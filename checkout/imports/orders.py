"""Import a file of order lines: read, check, stage, merge, all in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.imports.progress import Progress
from catalog.imports.rejects import RejectLog, RowsRejectedError
from catalog.imports.table import TableFile
from checkout.imports.lines import ProductKeys, check_lines
from checkout.imports.staging import MergeCounts, Staging


@dataclass(frozen=True, slots=True)
class OrderImport:
    """What an import read and did."""

    row_count: int
    merged: MergeCounts


@transaction.atomic
def import_orders(
    *, table: TableFile, rejects: RejectLog, keep_good: bool, at: datetime, progress: Progress
) -> OrderImport:
    """Store the orders of a file, each replacing what is stored under its id.

    Importing a file again changes nothing. If a row is rejected, nothing is written and
    RowsRejectedError is raised, unless `keep_good`. All of it is one transaction.
    """
    row_count = 0
    staging = Staging()
    products = ProductKeys()
    for batch in table.batches():
        checked = check_lines(batch, products=products, first_ref=staging.next_ref, at=at)
        rejects.add(checked.rejects)
        staging.add(checked)
        row_count += len(batch.rows) + len(batch.malformed)
        progress.advance_to(batch.position)
    progress.say(_("writing"))
    rejects.add(staging.take_out_conflicts())
    if rejects.row_count and not keep_good:
        raise RowsRejectedError(row_count)
    return OrderImport(row_count, staging.merge(at=at))
