"""A batch: the next lines of a file that are collected in one transaction."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.journal.lines import JournalLines, read_lines

# On SQLite, all other writers wait while a batch is stored.
BATCH_BYTES: Final = 2**19


class JournalBatch(Struct, frozen=True):
    """The lines of the file `name` from `start`; collecting them moves its offset to `end`."""

    name: str
    start: int
    lines: JournalLines

    @property
    def end(self) -> int:
        """Return the offset of the byte after the batch."""
        return self.start + self.lines.length

    @property
    def part(self) -> str:
        """Return the name of what is kept of the batch beside the database: the file and its bytes."""
        return f"{part_prefix(self.name)}{self.start:012}-{self.end:012}"


def part_prefix(name: str) -> str:
    """Return how the names of all parts of a file begin."""
    return f"{name.rpartition('.')[0]}."


def read_batch(path: Path, start: int, *, is_finished: bool) -> JournalBatch:
    """Read the next whole lines of a file, about BATCH_BYTES of them; an empty batch if there are none.

    A line may be longer than that: then the batch is this line.
    """
    with path.open("rb") as file:
        file.seek(start)
        data = file.read(BATCH_BYTES)
        is_rest = len(data) < BATCH_BYTES
        while not is_rest and b"\n" not in data:
            more = file.read(BATCH_BYTES)
            is_rest = len(more) < BATCH_BYTES
            data += more
    return JournalBatch(path.name, start, read_lines(data, is_finished=is_finished and is_rest))
