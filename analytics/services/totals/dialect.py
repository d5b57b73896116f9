"""What the databases write differently where decisions and sales are counted."""

from typing import Final

from django.db import connection
from msgspec import Struct


class Dialect(Struct, frozen=True):
    """Templates of SQL. Products of amounts can exceed 64 bits: then SQLite goes on with floats."""

    members: str  # the audiences of a context, as rows of one value
    wide: str  # a number of any size
    whole: str  # a number of 64 bits without the fraction
    least: str
    greatest: str
    hour: str  # of a moment in the time zone of the parameter `zone`

    def share(self, amount: str, part: str, whole: str) -> str:
        """Return the SQL for `amount` × `part` ÷ `whole`, without the fraction."""
        return self.whole.format(f"{self.wide.format(amount)} * ({part}) / ({whole})")

    def product(self, amount: str, count: str, limit: int) -> str:
        """Return the SQL for `amount` × `count`, at most `limit`."""
        return self.whole.format(f"{self.least}({self.wide.format(amount)} * ({count}), {limit})")


_DIALECTS: Final = {
    "postgresql": Dialect(
        members="jsonb_array_elements_text(context.audiences)",
        wide="CAST({} AS numeric)",
        whole="CAST(FLOOR({}) AS bigint)",
        least="LEAST",
        greatest="GREATEST",
        hour="EXTRACT(HOUR FROM {} AT TIME ZONE %(zone)s)",
    ),
    "sqlite": Dialect(
        members="json_each(context.audiences)",
        wide="({})",
        whole="CAST({} AS integer)",
        least="MIN",
        greatest="MAX",
        # Django's own function: SQLite knows no time zones.
        hour="django_datetime_extract('hour', {}, %(zone)s, 'UTC')",
    ),
}


def dialect() -> Dialect:
    """Return that of the database in use."""
    return _DIALECTS[connection.vendor]
