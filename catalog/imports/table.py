"""Open a CSV or Parquet file and check that it has the required columns."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from catalog.imports.batch import Batch
from catalog.imports.csv_file import CsvFile
from catalog.imports.limits import check_columns
from catalog.imports.parquet_file import MAGIC, ParquetFile
from catalog.imports.rejects import ImportFileError


class FormatFile(Protocol):
    """A file of one format. `_open` chooses the class; an unreadable file raises ImportFileError."""

    # The size of the file in bytes, and its column names as the file spells them.
    size: int
    header: list[str]

    def batches(self, names: dict[str, str]) -> Iterator[Batch]:
        """Yield the rows in the order of the file, with the columns of `names`: the file's names to ours.

        Every cell is a text as in a CSV file. The `rows` of a batch are numbered as a person counts the rows
        of the file, and its `position` is how many of the `size` bytes have been read.
        """


class TableFile:
    """A file whose rows can be read in batches, with every cell as text.

    Besides the named columns, those whose names begin with one of the `prefixes` are read. `columns` are the
    names of those that are read, `ignored` the others.
    """

    def __init__(
        self,
        path: Path,
        *,
        required: Sequence[str],
        optional: Sequence[str] = (),
        prefixes: Sequence[str] = (),
        encoding: str = "utf-8",
    ) -> None:
        self.path = path
        self._file = _open(path, encoding)
        self.size = self._file.size
        check_columns(path, len(self._file.header))
        spelled = [_spell(name, prefixes) for name in self._file.header]
        self._check_header(spelled, required)
        wanted = {*required, *optional}
        self._names = {
            theirs: ours
            for theirs, ours in zip(self._file.header, spelled, strict=True)
            if ours in wanted or ours.startswith(tuple(prefixes))
        }
        self.columns = list(self._names.values())
        self.ignored = [name for name in spelled if name and name not in self.columns]

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in the order of the file, without blank ones."""
        for batch in self._file.batches(self._names):
            yield batch.without_blank_rows()

    def _check_header(self, spelled: list[str], required: Sequence[str]) -> None:
        twice = sorted({name for name in spelled if name and spelled.count(name) > 1})
        if twice:
            raise ImportFileError(
                _("%(path)s has duplicate columns: %(names)s.")
                % {"path": self.path, "names": ", ".join(twice)}
            )
        if not any(spelled):
            words = _("%(path)s has no header row: its first line is blank.")
            raise ImportFileError(words % {"path": self.path})
        missing = [name for name in required if name not in spelled]
        if missing:
            raise ImportFileError(
                _("%(path)s is missing required columns: %(names)s. Found: %(header)s.")
                % {"path": self.path, "names": ", ".join(missing), "header": ", ".join(spelled)}
            )


def _spell(name: str, prefixes: Sequence[str]) -> str:
    """Return a column name in lower case, except for what follows one of the prefixes: a code."""
    stripped = name.strip()
    lower = stripped.lower()
    prefix = next((prefix for prefix in prefixes if lower.startswith(prefix)), "")
    return f"{prefix}{stripped[len(prefix) :]}" if prefix else lower


def _open(path: Path, encoding: str) -> FormatFile:
    try:
        # Nothing ends what a pipe or a device sends.
        if path.exists() and not path.is_file():
            words = _("%(path)s is not a file: it is a folder, a pipe or a device.")
            raise ImportFileError(words % {"path": path})
        with path.open("rb") as stream:
            start = stream.read(len(MAGIC))
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror}") from error
    if not start:
        raise ImportFileError(_("%(path)s is empty.") % {"path": path})
    if start == MAGIC or path.suffix.lower() in {".parquet", ".pq"}:
        return ParquetFile(path)
    return CsvFile(path, encoding)
