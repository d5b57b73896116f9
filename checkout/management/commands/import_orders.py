"""Import order lines from a CSV or Parquet file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.imports.command import ImportCommand
from catalog.imports.progress import Progress
from catalog.imports.rejects import RejectLog
from catalog.imports.table import TableFile
from checkout.imports.lines import OPTIONAL, REQUIRED
from checkout.imports.orders import import_orders


class Command(ImportCommand):
    """`manage.py import_orders FILE`."""

    help = "Import order lines from a CSV or Parquet file; docs/imports.md lists the columns."
    required = REQUIRED
    optional = OPTIONAL

    def store(self, *, table: TableFile, rejects: RejectLog, keep_good: bool, progress: Progress) -> str:
        """Store the orders; a date without an offset is in the shop's time zone."""
        done = import_orders(
            table=table, rejects=rejects, keep_good=keep_good, at=timezone.now(), progress=progress
        )
        merged = done.merged
        return _(
            "%(rows)d rows read, %(rejected)d rejected. %(orders)d orders, %(new)d of them new. "
            "%(lines)d lines: %(added)d added, %(kept)d already there, %(removed)d old ones removed."
        ) % {
            "rows": done.row_count,
            "rejected": rejects.row_count,
            "orders": merged.order_count,
            "new": merged.new_order_count,
            "lines": merged.line_count,
            "added": merged.added_line_count,
            "kept": merged.line_count - merged.added_line_count,
            "removed": merged.removed_line_count,
        }
