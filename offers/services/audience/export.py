"""The members of an audience as rows of a file, read in blocks while it is sent."""

from collections.abc import Iterator
from typing import Any, Final

from catalog.database.bulk import among
from offers.models import Customer
from offers.services.audience.members import Ints

HEADER: Final = ("customer", "segment", "orders", "first_order", "last_order")

_BLOCK: Final = 2_000
_COLUMNS: Final = (
    "external_id",
    "facts__segment",
    "facts__order_count",
    "facts__first_order_date",
    "facts__last_order_date",
)


def member_rows(members: Ints) -> Iterator[tuple[Any, ...]]:
    """Yield the header and a row for each member that still exists, in the order of the primary keys."""
    yield HEADER
    for start in range(0, len(members), _BLOCK):
        block = members[start : start + _BLOCK].tolist()
        rows = Customer.objects.filter(among("id", block)).order_by("pk").values_list(*_COLUMNS)
        for external_id, *facts in rows:
            yield (external_id, *("" if value is None else value for value in facts))
