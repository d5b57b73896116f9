"""The ledger of one person: packed entries and the names that they use."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, Self

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import astuple

from engine.restraint.entry import (
    ENTRY,
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

Entries = npt.NDArray[np.void]
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(tuple[list[str], bytes])


class RestraintLedger:
    """What happened between the shop and a person; immutable.

    `names` are offers, products, channels and placements; `entries` is of dtype ENTRY, shape (n,), by time.
    """

    __slots__ = ("__dict__", "entries", "names")

    def __init__(self, names: list[str], entries: Entries) -> None:
        self.names = names
        self.entries = entries

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """Return the ledger that `pack` packed; nothing has happened where there are no bytes."""
        if not packed:
            return cls([], np.empty(0, ENTRY))
        names, records = _decoder.decode(packed)
        return cls(names, np.frombuffer(records, ENTRY))

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Self:
        """Return a ledger of these entries, as many as are kept."""
        names: dict[str, int] = {}
        kept = _kept(list(entries))
        rows = [_packed(entry, names) for entry in kept]
        return cls(list(names), np.array(rows, ENTRY))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[LedgerEntry]:
        """Yield the entries, the oldest first."""
        names = self.names
        for row in self.entries.tolist():
            scope, outcome, reason, _unused, channel, placement, subject, products, at, until = row
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
        return _encoder.encode((self.names, self.entries.tobytes())) if len(self) else b""

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

    @cached_property
    def visits(self) -> Any:
        """Return the moments of all entries, ascending."""
        return np.sort(self.entries["at"].astype(np.int64))


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


def _packed(entry: LedgerEntry, names: dict[str, int]) -> tuple[int, ...]:
    def place_of(name: str) -> int:
        return names.setdefault(name, len(names)) if name else NO_NAME

    return (
        SCOPE_CODE[entry.scope],
        OUTCOME_CODE[entry.outcome],
        WHY_NOT_CODE[entry.reason],
        0,
        place_of(entry.channel),
        place_of(entry.placement),
        place_of(entry.subject),
        place_of(entry.products),
        min(max(entry.at, 0), NEXT_VISIT - 1),
        entry.until if entry.until == NEXT_VISIT else min(max(entry.until, NO_END), NEXT_VISIT - 1),
    )


def _name(names: list[str], place: int) -> str:
    return "" if place == NO_NAME else names[place]
