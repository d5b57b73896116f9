"""The clock and the calendar of the shop."""

from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from engine.moments import EPOCH_DATE


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def local_time(at: int, zone: str) -> datetime:
    """Return the local time of a moment in seconds since 1970-01-01 UTC; `zone` is an IANA time zone."""
    return datetime.fromtimestamp(at, _zone(zone))


def local_day(at: int, zone: str) -> int:
    """Return the local day of a moment, in days since 1970-01-01."""
    return (local_time(at, zone).date() - EPOCH_DATE).days
