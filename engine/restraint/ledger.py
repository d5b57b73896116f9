"""The ledger of one person: packed entries and the names that they use."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, Self

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import astuple

from engine.restraint.entry import (
    COLUMNS,
    NEXT_VISIT,
    NO_END,
    NO_NAME,
    OUTCOME_CODE,
    OUTCOMES,
    SCOPE_CODE,
    SCOPES,
    WHY_NOT,
    WHY_NOT_CODE,
    LedgerEntry,
)
from engine.restraint.policy import RAISE_SECONDS, Policies

# The entries that are kept of a person: what was only shown is dropped first, the oldest before others.
MOST_ENTRIES: Final = 400
_DROPPED_FIRST: Final = {"shown": 0, "clicked": 1, "dismissed": 2, "accepted": 2, "later": 3, "declined": 3}
_DROPPED_LAST: Final = 4

# Names hold no line breaks: codes and SKUs have none, and splitting a text is quicker than decoding a list.
_BETWEEN: Final = "\n"
Column = npt.NDArray[np.unsignedinteger]
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(tuple[int, str, bytes])


class RestraintLedger:
    """What happened between the shop and a person; immutable.

    `names` are offers, products, channels and placements. The entries are columns, shape (n,) each, by time;
    what they hold is said with COLUMNS.
    """

    __slots__ = (
        "at",
        "channel",
        "count",
        "names",
        "outcome",
        "placement",
        "products",
        "reason",
        "scope",
        "subject",
        "until",
    )

    def __init__(self, count: int, names: list[str], columns: bytes) -> None:
        self.count = count
        self.names = names
        wide = np.frombuffer(columns, "<u4", 2 * count)
        middle = np.frombuffer(columns, "<u2", 4 * count, 8 * count)
        narrow = np.frombuffer(columns, "u1", 3 * count, 16 * count)
        self.at, self.until = wide[:count], wide[count:]
        self.channel, self.placement = middle[:count], middle[count : 2 * count]
        self.subject, self.products = middle[2 * count : 3 * count], middle[3 * count :]
        self.scope, self.outcome, self.reason = (
            narrow[:count],
            narrow[count : 2 * count],
            narrow[2 * count :],
        )

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """Return the ledger that `pack` packed; nothing has happened where there are no bytes."""
        if not packed:
            return cls(0, [], b"")
        count, names, columns = _decoder.decode(packed)
        return cls(count, names.split(_BETWEEN), columns)

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Self:
        """Return a ledger of these entries, as many as are kept."""
        names: dict[str, int] = {}
        rows = [_packed(entry, names) for entry in _kept(list(entries))]
        columns = [np.array([row[name] for row in rows], kind).tobytes() for name, kind in COLUMNS]
        return cls(len(rows), list(names), b"".join(columns))

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[LedgerEntry]:
        """Yield the entries, the oldest first."""
        names, columns = self.names, [getattr(self, name).tolist() for name, _kind in COLUMNS]
        for at, until, channel, placement, subject, products, scope, outcome, reason in zip(
            *columns, strict=True
        ):
            yield LedgerEntry(
                outcome=OUTCOMES[outcome],
                at=at,
                scope=SCOPES[scope],
                subject=_name(names, subject),
                products=_name(names, products),
                reason=WHY_NOT[reason],
                channel=_name(names, channel),
                placement=_name(names, placement),
                until=until,
            )

    def pack(self) -> bytes:
        """Return the bytes that `read` reads; none of an empty ledger."""
        columns = b"".join(getattr(self, name).tobytes() for name, _kind in COLUMNS)
        return _encoder.encode((self.count, _BETWEEN.join(self.names), columns)) if self.count else b""

    def with_entries(self, entries: Iterable[LedgerEntry]) -> Self:
        """Return the ledger with more entries."""
        return self.of([*self, *entries])

    def merged_with(self, other: Self) -> Self:
        """Return what happened to the person behind both ledgers: nothing is lost or counted twice.

        An entry that both hold is the same event, reported for both.
        """
        return self.of((Counter(self) | Counter(other)).elements())

    def first_end(self, policies: Policies) -> int | None:
        """Return when the first entry stops to matter; None if none does."""
        return min((end for entry in self if (end := end_of(entry, policies)) is not None), default=None)

    def without_ended(self, policies: Policies, now: int) -> Self:
        """Return the ledger without what nothing asks for any more."""
        ends = ((entry, end_of(entry, policies)) for entry in self)
        return self.of([entry for entry, end in ends if end is None or end > now])

    def place_of(self, name: str) -> int:
        """Return the place of a name, NO_NAME if the ledger does not use it."""
        return self.names.index(name) if name in self.names else NO_NAME

    def since(self, moment: int) -> int:
        """Return the number of entries that are not newer than a moment: those behind them are."""
        return int(self.at.searchsorted(np.uint32(max(moment, 0)), "right"))


def end_of(entry: LedgerEntry, policies: Policies) -> int | None:
    """Return when an entry stops to matter; None for an answer without an end."""
    has_end = entry.until not in (NO_END, NEXT_VISIT)
    if entry.outcome in ("never", "complaint") or entry.reason == "have_it":
        return entry.until if has_end else None
    span = max(policies.horizon_seconds(entry.outcome), RAISE_SECONDS)
    return max(entry.at + span, entry.until + RAISE_SECONDS if has_end else 0)


def _kept(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    """Return the entries by time, at most MOST_ENTRIES; equal entries have one order, so one packed form."""
    if len(entries) > MOST_ENTRIES:
        entries.sort(key=lambda entry: (_DROPPED_FIRST.get(entry.outcome, _DROPPED_LAST), entry.at))
        entries = entries[len(entries) - MOST_ENTRIES :]
    return sorted(entries, key=lambda entry: (entry.at, astuple(entry)))


def _packed(entry: LedgerEntry, names: dict[str, int]) -> dict[str, int]:
    def place_of(name: str) -> int:
        return names.setdefault(name, len(names)) if name else NO_NAME

    is_next_visit = entry.until == NEXT_VISIT
    return {
        "at": min(max(entry.at, 0), NEXT_VISIT - 1),
        "until": NEXT_VISIT if is_next_visit else min(max(entry.until, NO_END), NEXT_VISIT - 1),
        "channel": place_of(entry.channel),
        "placement": place_of(entry.placement),
        "subject": place_of(entry.subject),
        "products": place_of(entry.products),
        "scope": SCOPE_CODE[entry.scope],
        "outcome": OUTCOME_CODE[entry.outcome],
        "reason": WHY_NOT_CODE[entry.reason],
    }


def _name(names: list[str], place: int) -> str:
    return "" if place == NO_NAME else names[place]
