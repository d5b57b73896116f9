"""Finding a row by its text: sorted 64-bit hashes instead of a table in every worker's memory."""

from bisect import bisect_left
from collections.abc import Sequence
from zlib import adler32, crc32

import numpy as np
import numpy.typing as npt


def hash_text(text: str) -> int:
    """Return CRC-32 and Adler-32 of the UTF-8 bytes as one number: quick, and everywhere the same.

    Not cryptographic: a collision costs only one more comparison.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    return crc32(encoded) << 32 | adler32(encoded)


def sorted_hashes(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Return the hashes ascending, shape (n,), and the row of each."""
    hashes = np.fromiter((hash_text(text) for text in texts), np.uint64, len(texts))
    rows = np.argsort(hashes, kind="stable")
    return hashes[rows], rows.astype(np.uint32)


class TextIndex:
    """Finds the row of a text in O(log n); the texts themselves settle equal hashes."""

    __slots__ = ("_hashes", "_rows", "_texts")

    def __init__(self, hashes: Sequence[int], rows: Sequence[int], texts: Sequence[str]) -> None:
        self._hashes = hashes
        self._rows = rows
        self._texts = texts

    def find(self, text: str) -> int:
        """Return the row that holds exactly this text, or -1."""
        wanted = hash_text(text)
        position = bisect_left(self._hashes, wanted)
        while position < len(self._hashes) and self._hashes[position] == wanted:
            row = self._rows[position]
            if self._texts[row] == text:
                return row
            position += 1
        return -1
