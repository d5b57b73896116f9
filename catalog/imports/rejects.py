"""Rejected rows: where they are, and why."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from catalog.services.amounts import listed
from catalog.services.formulas import escape_formula

SHOWN_LENGTH = 200


class ImportFileError(Exception):
    """A file that cannot be read; the message is shown to the user."""


class RowsRejectedError(Exception):
    """Some of `row_count` rows were rejected, so nothing was written."""

    def __init__(self, row_count: int) -> None:
        super().__init__(row_count)
        self.row_count = row_count


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected cell. `row` is numbered as in a spreadsheet: the header of a CSV file is row 1."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = _("row %d") % self.row
        return listed([place, self.column] if self.column else [place]) + f": {self.value!r}: {self.reason}"


class RejectLog:
    """Count rejected rows, keep the first ones, and write all of them to a file if one is given."""

    def __init__(self, writer: Any = None, *, keep: int = 20) -> None:
        self.row_count = 0
        self.first: list[Reject] = []
        self._keep = keep
        self._writer = writer

    def add(self, rejects: Iterable[Reject]) -> None:
        """Add the rejects of one batch; a row with errors in several columns counts once."""
        found = sorted(rejects, key=lambda reject: reject.row)
        self.row_count += len({reject.row for reject in found})
        self.first += found[: self._keep - len(self.first)]
        if self._writer:
            self._writer.writerows(map(_plain, found))


@contextmanager
def open_reject_log(path: Path | None) -> Iterator[RejectLog]:
    """Yield a log that also writes to the CSV file at `path`."""
    if path is None:
        yield RejectLog()
        return
    try:
        stream = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror}") from error
    with stream:
        writer = csv.writer(stream)
        writer.writerow(field.name for field in fields(Reject))
        yield RejectLog(writer)


def _plain(reject: Reject) -> list[int | str]:
    """Return the cells of a reject; spreadsheets do not run the texts of its file as formulas."""
    return [cell if isinstance(cell, int) else escape_formula(cell) for cell in astuple(reject)]


def shown(value: str) -> str:
    """Return the beginning of a long value."""
    return value if len(value) <= SHOWN_LENGTH else f"{value[:SHOWN_LENGTH]}…"
