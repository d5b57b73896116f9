"""The three shapes in which a snapshot keeps things: texts, lists of numbers, sets of offers.

Each has a function that packs it into flat columns and a class that reads it back from the mapping.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.generic]
Columns = dict[str, Column]
# Views of whole numbers and of fractions side by side; whoever keeps one names its type.
Views = Mapping[str, Any]

EVERY_OFFER: Final = -1  # the set of all offers: all bits, without end
_LARGEST_BLOB = 2**32 - 1


def starts_of(lengths: npt.ArrayLike) -> npt.NDArray[np.uint32]:
    """Return where each list starts, and at last where all end: shape (n + 1,)."""
    ends = np.cumsum(np.asarray(lengths, np.int64))
    if len(ends) and ends[-1] > _LARGEST_BLOB:
        raise ValueError("A column of a snapshot holds at most 4 GiB.")
    return np.concatenate([np.zeros(1, np.uint32), ends.astype(np.uint32)])


def pack_texts(name: str, texts: Sequence[str]) -> Columns:
    """Pack n texts into `name.starts`, shape (n + 1,), and their UTF-8 bytes in `name.blob`."""
    encoded = [text.encode() for text in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    return {
        f"{name}.starts": starts_of(lengths),
        f"{name}.blob": np.frombuffer(b"".join(encoded), np.uint8),
    }


def pack_blobs(name: str, blobs: Sequence[bytes]) -> Columns:
    """Pack n byte strings into `name.starts`, shape (n + 1,), and `name.blob`."""
    return {
        f"{name}.starts": starts_of([len(blob) for blob in blobs]),
        f"{name}.blob": np.frombuffer(b"".join(blobs), np.uint8),
    }


def pack_lists(name: str, lists: Sequence[Sequence[int]]) -> Columns:
    """Pack n lists of small non-negative numbers into `name.starts` and `name.values`."""
    return {
        f"{name}.starts": starts_of([len(numbers) for numbers in lists]),
        f"{name}.values": np.fromiter(chain.from_iterable(lists), np.uint32),
    }


def pack_masks(name: str, rows: Sequence[Sequence[int]]) -> Columns:
    """Pack n sets of bit positions: each as the bytes from its first to its last bit, and an offset."""
    first = [min(bits) // 8 if bits else 0 for bits in rows]
    blobs = []
    for bits, offset in zip(rows, first, strict=True):
        blob = bytearray(max(bits) // 8 - offset + 1 if bits else 0)
        for bit in bits:
            blob[bit // 8 - offset] |= 1 << bit % 8
        blobs.append(bytes(blob))
    return {
        f"{name}.first": np.array(first, np.uint32),
        f"{name}.starts": starts_of([len(blob) for blob in blobs]),
        f"{name}.blob": np.frombuffer(b"".join(blobs), np.uint8),
    }


class Texts(Sequence[str]):
    """A column of texts; each is decoded when it is asked for."""

    __slots__ = ("_blob", "_starts")

    def __init__(self, views: Views, name: str) -> None:
        self._starts: memoryview[int] = views[f"{name}.starts"]
        self._blob: memoryview[int] = views[f"{name}.blob"]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> str:  # type: ignore[override]  # no slices: nobody needs them
        return str(self._blob[self._starts[row] : self._starts[row + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))


class Blobs:
    """A column of byte strings."""

    __slots__ = ("_blob", "_starts")

    def __init__(self, views: Views, name: str) -> None:
        self._blob: memoryview[int] = views[f"{name}.blob"]
        self._starts: memoryview[int] = views[f"{name}.starts"]

    def __getitem__(self, row: int) -> memoryview:
        return self._blob[self._starts[row] : self._starts[row + 1]]


class Lists:
    """A column of lists of numbers."""

    __slots__ = ("_starts", "_values")

    def __init__(self, views: Views, name: str) -> None:
        self._starts: memoryview[int] = views[f"{name}.starts"]
        self._values: memoryview[int] = views[f"{name}.values"]

    def __getitem__(self, row: int) -> list[int]:
        return self._values[self._starts[row] : self._starts[row + 1]].tolist()

    @property
    def values(self) -> memoryview:
        """Return all lists, one after the other."""
        return self._values

    def span(self, row: int) -> tuple[int, int]:
        """Return where the list lies, for columns that run beside its values."""
        return self._starts[row], self._starts[row + 1]


class Masks:
    """A column of sets of offers, each an integer with one bit an offer."""

    __slots__ = ("_blob", "_first", "_starts")

    def __init__(self, views: Views, name: str) -> None:
        self._first: memoryview[int] = views[f"{name}.first"]
        self._starts: memoryview[int] = views[f"{name}.starts"]
        self._blob: memoryview[int] = views[f"{name}.blob"]

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, row: int) -> int:
        blob = self._blob[self._starts[row] : self._starts[row + 1]]
        return int.from_bytes(blob, "little") << 8 * self._first[row]
