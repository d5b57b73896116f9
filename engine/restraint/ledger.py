"""The ledger of one person: packed entries and the names that they use."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any, Final, Self, TypeAlias

import msgspec
from msgspec.structs import astuple

from engine.restraint.entry import (
    COLUMNS,
    NEXT_VISIT,
    NO_END,
    NO_NAME,
    OUTCOME_CODE,
    OUTCOMES,
    REFUSALS,
    SCOPE_CODE,
    SCOPES,
    WHY_NOT,
    WHY_NOT_CODE,
    LedgerEntry,
)
from engine.restraint.policy import LONGEST_VISIT_SECONDS, RAISE_SECONDS, Policies

# The entries that are kept of a person: what was only shown is dropped first, the oldest before others.
MOST_ENTRIES: Final = 400
_DROPPED_FIRST: Final = {"shown": 0, "clicked": 1, "dismissed": 2, "accepted": 2, "later": 3, "declined": 3}
_DROPPED_LAST: Final = 4

# Names hold no line breaks: codes and SKUs have none.
_BETWEEN: Final = "\n"
_OUTCOME_COUNT: Final = len(OUTCOMES)
Column: TypeAlias = "memoryview[int]"
# The bounds of the outcomes, where, the bounds of the names, the names, the columns.
_Packed = tuple[tuple[int, ...], str, bytes, str, bytes]
_NOTHING: Final[_Packed] = ((0,) * (_OUTCOME_COUNT + 1), "", b"", "", b"")
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Packed)


class RestraintLedger:
    """What happened between the shop and a person; immutable.

    The entries are columns, shape (n,) each, by outcome, then by time; what they hold is said with COLUMNS.
    `where` are the channels and placements. Names are cut out of one text only when they are asked for: of a
    full ledger, a decision needs few.
    """

    __slots__ = (
        "_bounds",
        "_name_bounds",
        "_names",
        "_packed",
        "at",
        "channel",
        "placement",
        "products",
        "reason",
        "scope",
        "subject",
        "until",
        "where",
    )

    def __init__(self, packed: _Packed = _NOTHING) -> None:
        self._packed = packed
        self._bounds, where, name_bounds, self._names, columns = packed
        self.where = where.split(_BETWEEN)
        self._name_bounds = memoryview(name_bounds).cast("I")
        count, view = self._bounds[-1], memoryview(columns)
        wide, middle = view[: 8 * count].cast("I"), view[8 * count : 16 * count].cast("H")
        self.at, self.until = wide[:count], wide[count:]
        self.channel, self.placement = middle[:count], middle[count : 2 * count]
        self.subject, self.products = middle[2 * count : 3 * count], middle[3 * count :]
        self.scope, self.reason = view[16 * count : 17 * count], view[17 * count :]

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """Return the ledger that `pack` packed; nothing has happened where there are no bytes."""
        return cls(_decoder.decode(packed)) if packed else cls()

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Self:
        """Return a ledger of these entries, as many as are kept."""
        kept = sorted(_kept(list(entries)), key=lambda entry: OUTCOME_CODE[entry.outcome])
        where: dict[str, int] = {}
        names: dict[str, int] = {}
        rows = [_row_of(entry, where, names) for entry in kept]
        columns = [array(kind, [row[name] for row in rows]).tobytes() for name, kind in COLUMNS]
        counts = Counter(OUTCOME_CODE[entry.outcome] for entry in kept)
        return cls(
            (
                tuple(accumulate([counts[code] for code in range(_OUTCOME_COUNT)], initial=0)),
                _BETWEEN.join(where),
                array("I", accumulate([len(name) for name in names], initial=0)).tobytes(),
                "".join(names),
                b"".join(columns),
            )
        )

    def __len__(self) -> int:
        return self._bounds[-1]

    def __iter__(self) -> Iterator[LedgerEntry]:
        """Yield the entries, the oldest first."""
        return iter(sorted(self._entries(), key=_by_time))

    def _entries(self) -> Iterator[LedgerEntry]:
        columns = [getattr(self, name) for name, _kind in COLUMNS]
        for code, outcome in enumerate(OUTCOMES):
            rows = self.rows_of(code)
            for at, until, channel, placement, subject, products, scope, reason in zip(
                *[column[rows.start : rows.stop] for column in columns], strict=True
            ):
                yield LedgerEntry(
                    outcome=outcome,
                    at=at,
                    scope=SCOPES[scope],
                    subject=self.name_of(subject),
                    products=self.name_of(products),
                    reason=WHY_NOT[reason],
                    channel="" if channel == NO_NAME else self.where[channel],
                    placement="" if placement == NO_NAME else self.where[placement],
                    until=until,
                )

    def pack(self) -> bytes:
        """Return the bytes that `read` reads; none of an empty ledger."""
        return _encoder.encode(self._packed) if len(self) else b""

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

    def only_refusals(self) -> Self:
        """Return what the person asked not to be shown, without what was counted of them."""
        return self.of([entry for entry in self if entry.outcome in REFUSALS])

    def rows_of(self, outcome: int) -> range:
        """Return the rows of an outcome, by its code, the oldest first."""
        return range(self._bounds[outcome], self._bounds[outcome + 1])

    def since(self, rows: range, moment: int) -> range:
        """Return those of the rows of an outcome that are newer than a moment."""
        return range(bisect_right(self.at, moment, rows.start, rows.stop), rows.stop)

    def name_of(self, place: int) -> str:
        """Return the subject or products with this place, "" for NO_NAME."""
        if place == NO_NAME:
            return ""
        return self._names[self._name_bounds[place] : self._name_bounds[place + 1]]

    def place_of(self, where: str) -> int:
        """Return the place of a channel or placement, NO_NAME if the ledger does not know it."""
        return self.where.index(where) if where in self.where else NO_NAME


def end_of(entry: LedgerEntry, policies: Policies) -> int | None:
    """Return when an entry stops to matter; None for an answer without an end."""
    is_owned = entry.outcome == "declined" and entry.reason == "have_it"
    if is_owned or entry.outcome in ("never", "complaint"):
        return None
    has_end = entry.until not in (NO_END, NEXT_VISIT)
    # Whatever happens next may be what prolongs the visit after which an offer is raised.
    span = max(policies.horizon_seconds(entry.outcome), LONGEST_VISIT_SECONDS + RAISE_SECONDS)
    return max(entry.at + span, entry.until + RAISE_SECONDS if has_end else 0)


def _kept(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    """Return the entries by time, at most MOST_ENTRIES; equal entries have one order, so one packed form."""
    if len(entries) > MOST_ENTRIES:
        entries.sort(key=lambda entry: (_DROPPED_FIRST.get(entry.outcome, _DROPPED_LAST), entry.at))
        entries = entries[len(entries) - MOST_ENTRIES :]
    return sorted(entries, key=_by_time)


def _by_time(entry: LedgerEntry) -> tuple[Any, ...]:
    return entry.at, astuple(entry)


def _row_of(entry: LedgerEntry, where: dict[str, int], names: dict[str, int]) -> dict[str, int]:
    is_next_visit = entry.until == NEXT_VISIT
    return {
        "at": min(max(entry.at, 0), NEXT_VISIT - 1),
        "until": NEXT_VISIT if is_next_visit else min(max(entry.until, NO_END), NEXT_VISIT - 1),
        "channel": _place_in(where, entry.channel),
        "placement": _place_in(where, entry.placement),
        "subject": _place_in(names, entry.subject),
        "products": _place_in(names, entry.products),
        "scope": SCOPE_CODE[entry.scope],
        "reason": WHY_NOT_CODE[entry.reason],
    }


def _place_in(names: dict[str, int], name: str) -> int:
    return names.setdefault(name, len(names)) if name else NO_NAME
