"""Primary keys in the database, rows in a snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.snapshot.data import UNKNOWN

Ints = npt.NDArray[np.int64]

# Of keys that leave few gaps a table answers many questions faster than a search.
DENSE_GAPS = 4


def rows_of(pks: Ints, wanted: Ints) -> Ints:
    """Return the row of each wanted key in the ascending `pks`, UNKNOWN for one that is gone."""
    if not len(pks):
        return np.full(len(wanted), UNKNOWN, np.int64)
    first, last = int(pks[0]), int(pks[-1])
    if last - first < DENSE_GAPS * len(pks) < len(wanted):
        table = np.full(last - first + 1, UNKNOWN, np.int64)
        table[pks - first] = np.arange(len(pks))
        inside = np.clip(wanted, first, last)
        return np.where(inside == wanted, table[inside - first], UNKNOWN)
    rows = np.minimum(np.searchsorted(pks, wanted), len(pks) - 1)
    return np.where(pks[rows] == wanted, rows, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Rows:
    """Which row each primary key of a table became."""

    by_pk: Mapping[int, int]

    @classmethod
    def of(cls, pks: Iterable[int]) -> Self:
        """Give each key the number of its place."""
        return cls({pk: row for row, pk in enumerate(pks)})

    def known(self, pks: Iterable[int]) -> tuple[int, ...]:
        """Return the rows of the keys that are still there."""
        return tuple(self.by_pk[pk] for pk in pks if pk in self.by_pk)

    def all(self, pks: Iterable[int]) -> tuple[int, ...]:
        """Return the rows of the keys, UNKNOWN for one that is gone."""
        return tuple(self.by_pk.get(pk, UNKNOWN) for pk in pks)


def grouped(pairs: Iterable[Sequence[int]]) -> dict[int, list[int]]:
    """Return for each first number the second ones, in their order."""
    groups: dict[int, list[int]] = {}
    for first, second in pairs:
        groups.setdefault(first, []).append(second)
    return groups
