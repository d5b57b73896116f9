"""The clock and the calendar of the shop."""

from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from engine.conditions.tree.say import Say
from engine.moments import EPOCH_DATE
from engine.wording import gettext_noop, ngettext_noop


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


def days_ago(days: int, say: Say) -> str:
    """Return in words how many days ago something was; what is newer than today is today."""
    if days <= 0:
        return say.text(gettext_noop("today"))
    return say.plural(ngettext_noop("%(count)s day ago", "%(count)s days ago"), days)


def say_day(text: str, say: Say) -> str:
    """Return a day that is written as ISO 8601 in words."""
    return say.day(date.fromisoformat(text))
