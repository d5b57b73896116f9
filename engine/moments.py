"""Moments and days: as whole numbers since 1970-01-01 UTC, and as ISO 8601 texts."""

import re
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from typing import Final
from zoneinfo import available_timezones

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DATE: Final = date(1970, 1, 1)
_DAY_LENGTH: Final = len("1970-01-01")

_ISO_8601: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?",
)


class ClockChangeError(ValueError):
    """A local time that names no moment, because clocks skip it, or two, because they show it twice."""

    def __init__(self, local: datetime, zone: tzinfo, *, is_skipped: bool) -> None:
        super().__init__(local, zone)
        self.local, self.zone, self.is_skipped = local, zone, is_skipped


def parse_moment(text: str, *, zone: tzinfo = UTC) -> datetime:
    """Return the moment, in UTC, that an ISO 8601 text names; `zone` is that of a text without an offset.

    A space may separate date, time and offset, and a date alone is the first moment of the day. Raises
    ValueError for any other text, ClockChangeError for a local time that a clock change skips or repeats,
    and OverflowError for a moment outside the years 1 to 9999.
    """
    if not _ISO_8601.fullmatch(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if len(text) == _DAY_LENGTH:
        # Of a midnight that is skipped or repeated, this is the first moment of the day.
        return moment.replace(tzinfo=zone).astimezone(UTC)
    return local_moment(moment, zone=zone)


def local_moment(local: datetime, *, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which the clocks of a zone show a naive time.

    Raises ClockChangeError for a time that they skip or show twice, and OverflowError outside the years 1 to
    9999.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    moment = first.astimezone(UTC)
    if first.utcoffset() != second.utcoffset():
        shown = moment.astimezone(zone).replace(tzinfo=None)
        raise ClockChangeError(local, zone, is_skipped=shown != local)
    return moment


def is_time_zone(name: object) -> bool:
    """Tell whether a value is the name of an IANA time zone, such as "Asia/Tokyo"."""
    return isinstance(name, str) and name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def format_moment(moment: datetime, *, timespec: str = "auto") -> str:
    """Return an aware moment as RFC 3339 in UTC: 2026-11-22T09:30:00Z. `timespec` is that of `isoformat`."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
