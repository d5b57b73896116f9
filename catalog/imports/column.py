"""Check a column by its distinct values: a file of a million rows repeats itself.

A dictionary of the batch's values is built by Arrow; each distinct value passes the exact check in Python
once, and NumPy spreads the answers over the rows.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from catalog.imports.batch import Batch
from catalog.imports.rejects import Reject, shown
from catalog.services.values import InvalidValueError, clean_currency

# A character no number and no currency has.
_BETWEEN = "\x1f"


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

    def take(self, indices: npt.NDArray[np.intp], kind: pa.DataType) -> pa.Array:
        """Return the clean values of some rows as an Arrow array of type `kind`, shape of `indices`."""
        return pa.array(self.values, kind).take(pa.array(self.codes[indices]))

    def rejects(self, rows: npt.NDArray[np.int64]) -> Iterator[Reject]:
        """Yield a reject for each row with a refused value; `rows` are the rows' numbers, shape (n_rows,)."""
        if self.reasons:
            for index in np.flatnonzero(self.is_bad):
                code = int(self.codes[index])
                yield Reject(int(rows[index]), self.name, shown(self.texts[code]), self.reasons[code])


def check_amounts(batch: Batch, name: str, clean: Callable[[str, str], Any]) -> CheckedColumn:
    """Check a column of amounts, whose meaning depends on the currency beside them.

    `clean` takes the text and the currency, which is the shop's where the file names none.
    """
    joint = pc.binary_join_element_wise(batch.texts(name), batch.texts("currency"), _BETWEEN)

    def check(text: str) -> Any:
        amount, _between, currency = text.partition(_BETWEEN)
        try:
            known = clean_file_currency(currency)
        except InvalidValueError:
            return 0  # The currency's own column refuses the row.
        return clean(amount, known)

    column = CheckedColumn(name, joint, check)
    column.texts = [text.partition(_BETWEEN)[0] for text in column.texts]
    return column


def clean_file_currency(text: str) -> str:
    """Return the currency a cell names; an empty one is the shop's."""
    return clean_currency(text or settings.AWASE_CURRENCY)
