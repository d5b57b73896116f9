"""What a person did lately: each thing once, with the last time and how often."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final, Self

import msgspec


class What(IntEnum):
    """What a person did, and with what."""

    VIEWED_PRODUCT = 0
    VIEWED_CATEGORY = 1
    SEARCHED = 2
    ADDED_PRODUCT = 3
    ADDED_CATEGORY = 4


# How many things of each sort are kept of a person, the newest.
MOST_KEPT: Final = {
    What.VIEWED_PRODUCT: 40,
    What.VIEWED_CATEGORY: 10,
    What.SEARCHED: 10,
    What.ADDED_PRODUCT: 20,
    What.ADDED_CATEGORY: 10,
}
_MOST_COUNTED: Final = 65_535


class Act(msgspec.Struct, frozen=True, array_like=True):
    """What was done with a subject, the last time in seconds since 1970-01-01 UTC, and how often.

    The subject is the primary key of a product or category, or the text of a search.
    """

    what: int
    subject: int | str
    at: int
    count: int = 1


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(tuple[Act, ...])


class Behaviour:
    """The acts of a person, the newest first; immutable."""

    __slots__ = ("acts",)

    def __init__(self, acts: Iterable[Act] = ()) -> None:
        merged: dict[tuple[int, int | str], Act] = {}
        for act in acts:
            key = act.what, act.subject
            known = merged.get(key)
            merged[key] = act if known is None else _joined(known, act)
        left = dict(MOST_KEPT)
        kept = []
        for act in sorted(merged.values(), key=lambda act: (-act.at, act.what, str(act.subject))):
            what = What(act.what)
            if left[what]:
                left[what] -= 1
                kept.append(act)
        self.acts = tuple(kept)

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """Return what `pack` packed; nothing was done where there are no bytes."""
        return cls(_decoder.decode(packed)) if packed else cls()

    def __len__(self) -> int:
        return len(self.acts)

    def __iter__(self) -> Iterator[Act]:
        return iter(self.acts)

    def pack(self) -> bytes:
        """Return the bytes that `read` reads; none where nothing was done."""
        return _encoder.encode(self.acts) if self.acts else b""

    def with_acts(self, acts: Iterable[Act]) -> Self:
        """Return the behaviour with more acts: those with the same subject are counted together."""
        return type(self)((*self.acts, *acts))

    def since(self, moment: int) -> Self:
        """Return what was done last after a moment."""
        return type(self)(act for act in self.acts if act.at > moment)

    def without_products(self, products: frozenset[int], until: int) -> Self:
        """Return the behaviour without what was done with these products up to a moment."""
        about = (What.VIEWED_PRODUCT, What.ADDED_PRODUCT)
        return type(self)(
            act
            for act in self.acts
            if not (act.what in about and act.subject in products and act.at <= until)
        )


def read_acts(packed: bytes) -> tuple[Act, ...]:
    """Return the packed acts as they are, the newest first."""
    return _decoder.decode(packed) if packed else ()


def _joined(one: Act, other: Act) -> Act:
    return Act(one.what, one.subject, max(one.at, other.at), min(one.count + other.count, _MOST_COUNTED))
