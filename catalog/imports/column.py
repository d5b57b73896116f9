"""Check a column by its distinct values, because large files repeat their values.

Arrow builds a dictionary of the batch's values, Python checks each distinct value once, and NumPy applies
the results to the rows.
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

# A character that is in no number and no currency code.
_BETWEEN = "\x1f"


class CheckedColumn:
    """A column of a batch after its check.

    `values`: the clean value of each distinct text, None if it was refused.
    `codes`: int64, shape (n_rows,), the index of each row's value.
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
        """Refuse a distinct value, for example one that is not in the database."""
        self.reasons[code] = reason

    @property
    def is_bad(self) -> npt.NDArray[np.bool_]:
        """Which rows have a refused value: bool, shape (n_rows,)."""
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
    """Check a column of amounts, whose meaning depends on the currency of the same row.

    `clean` takes the text and the currency. Without a currency in the file it is the shop's.
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
    """Return the currency of a cell; the shop's if the cell is empty."""
    return clean_currency(text or settings.AWASE_CURRENCY)
