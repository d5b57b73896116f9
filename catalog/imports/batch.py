"""A batch of imported rows."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catalog.imports.rejects import Reject

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file. Every cell is a text; an empty cell is an empty text."""

    rows: npt.NDArray[np.int64]  # (n,) the number of each row in its file
    columns: dict[str, pa.StringArray]  # each of length n
    position: int  # number of bytes of the file read so far
    malformed: list[Reject] = field(default_factory=list)  # rows with too few or too many fields

    def without_blank_rows(self) -> "Batch":
        """Return the batch without rows whose cells are all empty."""
        blank: Flags = np.ones(len(self.rows), bool)
        for column in self.columns.values():
            blank &= pc.equal(column, "").to_numpy(zero_copy_only=False)
            if not blank.any():
                return self
        return self.pick(~blank)

    def pick(self, wanted: Flags) -> "Batch":
        """Return the batch with only the wanted rows; `wanted` is bool, shape (n,)."""
        mask = pa.array(wanted)
        columns = {name: column.filter(mask) for name, column in self.columns.items()}
        return Batch(self.rows[wanted], columns, self.position, self.malformed)

    def texts(self, name: str) -> pa.StringArray:
        """Return a column; all cells are empty if the file does not have it."""
        return self.columns.get(name, pa.repeat("", len(self.rows)))
