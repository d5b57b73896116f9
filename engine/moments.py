"""Moments and days: as whole numbers since 1970-01-01 UTC, and as ISO 8601 texts."""

import re
from datetime import UTC, date, datetime, tzinfo
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DATE: Final = date(1970, 1, 1)

_ISO_8601: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?",
)


def parse_moment(text: str, *, zone: tzinfo = UTC) -> datetime:
    """Return the moment, in UTC, that an ISO 8601 text names; `zone` is that of a text without an offset.

    A space may separate date, time and offset, and a date alone is its midnight. Raises ValueError for any
    other text, OverflowError for a moment outside the years 1 to 9999.
    """
    if not _ISO_8601.fullmatch(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def format_moment(moment: datetime, *, timespec: str = "auto") -> str:
    """Return an aware moment as RFC 3339 in UTC: 2026-11-22T09:30:00Z. `timespec` is that of `isoformat`."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
