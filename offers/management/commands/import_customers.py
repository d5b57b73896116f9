"""Import attributes, survey answers, inquiries and consents of customers from a CSV or Parquet file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.imports.command import ImportCommand
from catalog.imports.progress import Progress
from catalog.imports.rejects import RejectLog
from catalog.imports.table import TableFile
from catalog.services.product_input import Outcome
from offers.imports.customer_cells import OPTIONAL, PREFIXES, REQUIRED
from offers.imports.customers import import_customers


class Command(ImportCommand):
    """`manage.py import_customers FILE`."""

    help = "Import what you know of customers from a CSV or Parquet file; docs/imports.md lists the columns."
    required = REQUIRED
    optional = OPTIONAL
    prefixes = PREFIXES

    def store(self, *, table: TableFile, rejects: RejectLog, keep_good: bool, progress: Progress) -> str:
        """Store the customers."""
        done = import_customers(
            table=table, rejects=rejects, keep_good=keep_good, at=timezone.now(), progress=progress
        )
        return _(
            "%(rows)d rows read, %(rejected)d rejected. "
            "%(created)d customers created, %(updated)d updated, %(unchanged)d unchanged."
        ) % {
            "rows": done.row_count,
            "rejected": rejects.row_count,
            "created": done.outcomes[Outcome.CREATED],
            "updated": done.outcomes[Outcome.UPDATED],
            "unchanged": done.outcomes[Outcome.UNCHANGED],
        }
