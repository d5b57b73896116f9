"""Stage order lines in temporary tables and merge them into the stored orders.

Both databases run the same statements. Temporary tables spill to disk, so files can have any size. A head
is an order as found in one batch of the file. An order whose lines are spread over the file has several
heads, which must agree with the first one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from catalog.database.arrow_rows import write_rows
from catalog.database.bulk import read_datetime, stored_datetime
from catalog.imports.rejects import Reject
from checkout.imports import merge_sql
from checkout.imports.cancellations import cancel_charged
from checkout.imports.lines import CheckedLines
from offers.services.changed_days import mark_orders


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What a merge did to the stored orders."""

    order_count: int
    new_order_count: int
    line_count: int
    added_line_count: int
    removed_line_count: int


class Staging:
    """The temporary tables of one import; they exist only in the caller's transaction."""

    def __init__(self) -> None:
        self._next_ref = 0
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(merge_sql.QUEUE)
            for statement in merge_sql.CREATE:
                cursor.execute(statement.format(**merge_sql.types(connection.vendor)))

    @property
    def next_ref(self) -> int:
        """The number of the next head."""
        return self._next_ref

    def add(self, checked: CheckedLines) -> None:
        """Stage the good lines of a batch."""
        write_rows(table="import_head", rows=checked.heads)
        write_rows(table="import_line", rows=checked.lines)
        self._next_ref += checked.heads.num_rows

    def take_out_conflicts(self) -> list[Reject]:
        """Remove the lines that contradict the first line of their order, and return them as rejects."""
        with connection.cursor() as cursor:
            _analyze(cursor, "import_head", "import_line")
            cursor.execute(merge_sql.PLACE_HEADS)
            _analyze(cursor, "import_place")
            cursor.execute(merge_sql.CONFLICTS)
            conflicts = cursor.fetchall()
            if conflicts:
                for statement in (merge_sql.DROP_CONFLICTS, merge_sql.CLEAR_PLACES, merge_sql.PLACE_HEADS):
                    cursor.execute(statement)
        reason = _("Differs from the first line of the order, row %d.")
        return [Reject(row, column, str(value), reason % first) for row, column, value, first in conflicts]

    def merge(self, *, at: datetime) -> MergeCounts:
        """Bring the stored orders in line with what is staged."""
        with connection.cursor() as cursor:
            _mark_days(cursor)
            cursor.execute(merge_sql.ADD_CUSTOMERS, [stored_datetime(at)])
            cursor.execute(merge_sql.WRITE_ORDERS, [stored_datetime(at)] * 2)
            cursor.execute(merge_sql.FIND_TARGETS)
            _analyze(cursor, "import_target")
            order_count, stored_count = _numbers(cursor, merge_sql.COUNT_ORDERS)
            (line_count,) = _numbers(cursor, merge_sql.COUNT_LINES)
            removed = _remove_stale_lines(cursor) if stored_count else 0
            cursor.execute(merge_sql.WRITE_LINES)
            added = cursor.rowcount
            cursor.execute(merge_sql.FIND_CHARGED)
            charged = cursor.fetchall()
            for statement in merge_sql.DROP:
                cursor.execute(statement)
        cancel_charged(said=charged, at=at)
        return MergeCounts(order_count, order_count - stored_count, line_count, added, removed)


def _mark_days(cursor: CursorWrapper) -> None:
    """Let the days from the first to the last order of the file be counted again."""
    cursor.execute(merge_sql.FIND_MOMENTS)
    first, last = (localdate(read_datetime(moment)) if moment else None for moment in cursor.fetchone())
    if first and last:
        mark_orders(first + timedelta(days=count) for count in range((last - first).days + 1))


def _remove_stale_lines(cursor: CursorWrapper) -> int:
    cursor.execute(merge_sql.FIND_KEPT_LINES)
    _analyze(cursor, "import_kept")
    cursor.execute(merge_sql.FORGET_STALE_ATTRIBUTIONS)
    cursor.execute(merge_sql.REMOVE_STALE_LINES)
    return int(cursor.rowcount)


def _analyze(cursor: CursorWrapper, *tables: str) -> None:
    # PostgreSQL does not collect statistics on temporary tables by itself.
    if connection.vendor == "postgresql":
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _numbers(cursor: CursorWrapper, statement: str) -> list[int]:
    cursor.execute(statement)
    return [int(number or 0) for number in cursor.fetchone()]
