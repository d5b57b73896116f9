"""The members of an audience in one value: the gaps between their primary keys, compressed.

A million members take a few hundred kilobytes, where a table would take a million rows that each count
replaces.
"""

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

# A gap between two primary keys; a larger one would take four billion customers in between.
_GAP: Final = np.dtype("<u4")
_LEVEL: Final = 1


class MemberPacker:
    """Packs primary keys that come in ascending blocks, and keeps no more than their compressed gaps."""

    def __init__(self) -> None:
        self.size = 0
        self._last = 0
        self._parts: list[bytes] = []
        self._stream = zlib.compressobj(_LEVEL)

    def add(self, keys: Ints) -> None:
        """Add a block of keys, (n,) ascending, above all that were added before."""
        if not len(keys):
            return
        gaps = np.diff(keys, prepend=self._last)
        self._parts.append(self._stream.compress(gaps.astype(_GAP).tobytes()))
        self._last = int(keys[-1])
        self.size += len(keys)

    def packed(self) -> bytes:
        """Return the value to store; nothing can be added afterwards."""
        return b"".join([*self._parts, self._stream.flush()])


def unpack_members(packed: bytes) -> Ints:
    """Return the primary keys, (n,) ascending; none for an audience that was never counted."""
    if not packed:
        return np.empty(0, np.int64)
    return np.cumsum(np.frombuffer(zlib.decompress(packed), _GAP), dtype=np.int64)
