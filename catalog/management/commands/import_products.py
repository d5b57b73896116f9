"""Import products from a CSV or Parquet file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.imports.command import ImportCommand
from catalog.imports.product_cells import OPTIONAL, REQUIRED
from catalog.imports.products import import_products
from catalog.imports.progress import Progress
from catalog.imports.rejects import RejectLog
from catalog.imports.table import TableFile
from catalog.services.product import Outcome


class Command(ImportCommand):
    """`manage.py import_products FILE`."""

    help = "Import products from a CSV or Parquet file; docs/imports.md lists the columns."
    required = REQUIRED
    optional = OPTIONAL

    def store(self, *, table: TableFile, rejects: RejectLog, keep_good: bool, progress: Progress) -> str:
        """Store the products."""
        done = import_products(
            table=table, rejects=rejects, keep_good=keep_good, at=timezone.now(), progress=progress
        )
        return _(
            "%(rows)d rows read, %(rejected)d rejected. "
            "%(created)d products created, %(updated)d updated, %(unchanged)d unchanged."
        ) % {
            "rows": done.row_count,
            "rejected": rejects.row_count,
            "created": done.outcomes[Outcome.CREATED],
            "updated": done.outcomes[Outcome.UPDATED],
            "unchanged": done.outcomes[Outcome.UNCHANGED],
        }
