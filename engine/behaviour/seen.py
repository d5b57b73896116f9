"""Which events of a person were recorded, so that each counts once and no day has more than its share."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, Self

import msgspec

# The events of a person that are recorded on one day.
MOST_PER_DAY: Final = 500
_DIGEST: Final = 8


class DaySeen(msgspec.Struct, array_like=True):
    """The digests of the events that arrived on a day, and of what counted of them, one after the other."""

    day: int
    events: bytes = b""
    counted: bytes = b""


class _Packed(msgspec.Struct, array_like=True):
    minute: int
    in_minute: int
    days: list[DaySeen]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Packed)


def digest_of(*parts: object) -> bytes:
    """Return the digest of some values, 8 bytes."""
    text = "\0".join(map(str, parts))
    return blake2b(text.encode(), digest_size=_DIGEST).digest()


class Seen:
    """What was recorded of a person; a batch changes it and packs it again.

    `minute` is the last one in which events arrived, counted from 1970-01-01 UTC, and `in_minute` how many.
    """

    __slots__ = ("_counted", "_days", "_events", "in_minute", "minute")

    def __init__(self, minute: int = 0, in_minute: int = 0, days: Iterable[DaySeen] = ()) -> None:
        self.minute = minute
        self.in_minute = in_minute
        self._days = {one.day: one for one in days}
        self._events = {digest for one in self._days.values() for digest in _each(one.events)}
        self._counted = {digest for one in self._days.values() for digest in _each(one.counted)}

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """Return what `pack` packed; nothing was recorded where there are no bytes."""
        if not packed:
            return cls()
        found = _decoder.decode(packed)
        return cls(found.minute, found.in_minute, found.days)

    def pack(self) -> bytes:
        """Return the bytes that `read` reads; none where nothing was recorded."""
        days = [self._days[day] for day in sorted(self._days)]
        return _encoder.encode(_Packed(self.minute, self.in_minute, days)) if days else b""

    @property
    def first_day(self) -> int | None:
        """Return the first day of which something is remembered, None if there is none."""
        return min(self._days, default=None)

    def count_on(self, day: int) -> int:
        """Return how many events of a day were recorded."""
        found = self._days.get(day)
        return 0 if found is None else len(found.events) // _DIGEST

    def has_event(self, digest: bytes) -> bool:
        """Tell whether an event was recorded."""
        return digest in self._events

    def has_counted(self, digest: bytes) -> bool:
        """Tell whether the same was counted."""
        return digest in self._counted

    def arrived_in(self, minute: int) -> int:
        """Count an event that arrived; return how many have in its minute, this one included."""
        if minute != self.minute:
            self.minute, self.in_minute = minute, 0
        self.in_minute += 1
        return self.in_minute

    def record(self, day: int, event: bytes, counted: bytes | None) -> None:
        """Remember an event, and what it counts for if it counts."""
        found = self._days.setdefault(day, DaySeen(day))
        found.events += event
        self._events.add(event)
        if counted is not None:
            found.counted += counted
            self._counted.add(counted)

    def merged_with(self, other: Self) -> Self:
        """Return what was recorded of either, as far as a day has room for it."""
        days = []
        for day in sorted(self._days.keys() | other._days.keys()):
            ours, theirs = self._days.get(day, DaySeen(day)), other._days.get(day, DaySeen(day))
            days.append(
                DaySeen(day, _union(ours.events, theirs.events), _union(ours.counted, theirs.counted))
            )
        last = max(self, other, key=lambda one: (one.minute, one.in_minute))
        return type(self)(last.minute, last.in_minute, days)

    def since(self, day: int) -> Self:
        """Return what was recorded from a day on."""
        return type(self)(self.minute, self.in_minute, (one for one in self._days.values() if one.day >= day))


def _each(digests: bytes) -> list[bytes]:
    return [digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST)]


def _union(ours: bytes, theirs: bytes) -> bytes:
    return b"".join(list(dict.fromkeys([*_each(ours), *_each(theirs)]))[-MOST_PER_DAY:])
