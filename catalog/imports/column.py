"""Check a column by its distinct values: a file of a million rows repeats itself.

A dictionary of the batch's values is built by Arrow; each distinct value passes the exact check in Python
once, and NumPy spreads the answers over the rows.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.imports.rejects import Reject, shown
from catalog.values import InvalidValueError


class CheckedColumn:
    """A column of a batch after its check.

    `values`: the clean value of each distinct text, None where it was refused.
    `codes`: int64, shape (n_rows,), which of them each row has.
    `is_bad`: bool, shape (n_rows,).
    """

    def __init__(self, name: str, column: pa.StringArray, clean: Callable[[str], Any]) -> None:
        coded = column.dictionary_encode()
        self.name = name
        self.codes: npt.NDArray[np.int64] = coded.indices.to_numpy().astype(np.int64)
        self.texts: list[str] = coded.dictionary.to_pylist()
        self.values: list[Any] = []
        self.reasons: dict[int, str] = {}
        for code, text in enumerate(self.texts):
            try:
                self.values.append(clean(text))
            except InvalidValueError as error:
                self.refuse(code, error.detail)
                self.values.append(None)

    def refuse(self, code: int, reason: str) -> None:
        """Refuse a distinct value, for instance one that the database does not know."""
        self.reasons[code] = reason

    @property
    def is_bad(self) -> npt.NDArray[np.bool_]:
        """Which rows hold a refused value: bool, shape (n_rows,)."""
        refused = np.zeros(len(self.texts) or 1, bool)
        refused[list(self.reasons)] = True
        return refused[self.codes]

    def take(self, indices: npt.NDArray[np.intp]) -> list[Any]:
        """Return the clean values of some rows."""
        return [self.values[code] for code in self.codes[indices].tolist()]

    def take_numbers(self, indices: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
        """Return the clean numbers of some good rows: int64, shape of `indices`."""
        return np.array([value or 0 for value in self.values] or [0], np.int64)[self.codes[indices]]

    def rejects(self, rows: npt.NDArray[np.int64]) -> Iterator[Reject]:
        """Yield a reject for each row with a refused value; `rows` are the rows' numbers, shape (n_rows,)."""
        if self.reasons:
            for index in np.flatnonzero(self.is_bad):
                code = int(self.codes[index])
                yield Reject(int(rows[index]), self.name, shown(self.texts[code]), self.reasons[code])
