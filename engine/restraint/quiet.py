"""Quiet hours: when nothing is sent or shown on a channel."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.holidays import is_holiday

_MINUTES_PER_HOUR: Final = 60
_LONGEST: Final = timedelta(days=15)


class QuietHours(Struct, frozen=True):
    """Silence from one wall-clock minute of the day to another, half-open; it may pass midnight.

    Equal minutes are the whole day. `days` are the weekdays on which it begins, Monday is 0; none for all.
    With `holidays` (days since 0001-01-01, as `date.toordinal`), these days are silent as a whole, and with
    `country` (ISO 3166-1) its public holidays; without hours of its own (`only_holidays`), only they are.
    `channel` "" is every channel.
    """

    starts_minute: int = 0
    ends_minute: int = 0
    days: frozenset[int] = frozenset()
    holidays: frozenset[int] = frozenset()
    country: str = ""
    only_holidays: bool = False
    channel: str = ""

    def ends_at(self, at: int, zone: str) -> int | None:
        """Return when the silence at `at` ends, in seconds since 1970-01-01 UTC; None if there is none."""
        local_zone = ZoneInfo(zone)
        moment = datetime.fromtimestamp(at, UTC)
        first, ended = moment, None
        while (end := self._end_of(moment.astimezone(local_zone))) is not None and end > moment:
            moment = ended = end
            if moment - first > _LONGEST:
                break
        return None if ended is None else int(ended.timestamp())

    def _end_of(self, local: datetime) -> datetime | None:
        """Return the end of one stretch of silence: a holiday, or the hours of one day."""
        if self._is_holiday(local.date()):
            return _local(local.date() + timedelta(days=1), 0, local)
        if self.only_holidays:
            return None
        minute = local.hour * _MINUTES_PER_HOUR + local.minute
        passes_midnight = self.ends_minute <= self.starts_minute
        if self._begins_on(local.date()) and minute >= self.starts_minute:
            if passes_midnight:
                return _local(local.date() + timedelta(days=1), self.ends_minute, local)
            if minute < self.ends_minute:
                return _local(local.date(), self.ends_minute, local)
        yesterday = local.date() - timedelta(days=1)
        if passes_midnight and self._begins_on(yesterday) and minute < self.ends_minute:
            return _local(local.date(), self.ends_minute, local)
        return None

    def _is_holiday(self, day: date) -> bool:
        return day.toordinal() in self.holidays or (self.country != "" and is_holiday(day, self.country))

    def _begins_on(self, day: date) -> bool:
        return not self.days or day.weekday() in self.days


def _local(day: date, minute: int, like: datetime) -> datetime:
    """Return the next time that the clocks of the zone show this minute of a day or a later one, in UTC."""
    wall = time(minute // _MINUTES_PER_HOUR, minute % _MINUTES_PER_HOUR)
    first, second = (
        datetime.combine(day, wall.replace(fold=fold), tzinfo=like.tzinfo).astimezone(UTC) for fold in (0, 1)
    )
    if second < first:
        # Clocks are set forward over this minute, so they show a later one from that moment on.
        minutes = range(int((first - second).total_seconds()) // 60)
        before = _offset(second, 0, like)
        skipped = bisect_left(minutes, True, key=lambda one: _offset(second, one, like) != before)
        return second + timedelta(minutes=skipped)
    # Where clocks are set back, a time comes twice: after the first, it is the second.
    return first if first > like.astimezone(UTC) else second


def _offset(moment: datetime, minutes: int, like: datetime) -> timedelta | None:
    return (moment + timedelta(minutes=minutes)).astimezone(like.tzinfo).utcoffset()
