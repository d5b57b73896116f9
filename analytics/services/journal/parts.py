"""The files that are kept of the journal beside the database: Parquet files by day, and damaged lines.

Nothing here needs Arrow, which takes memory.
"""

import os
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from analytics.services.journal.batch import JournalBatch, part_prefix

PARQUET: Final = "parquet"
DAMAGED: Final = "damaged"
_DAY: Final = "day="


def day_folder(folder: Path, day: date) -> Path:
    """Return the folder of a day's Parquet files."""
    return folder / PARQUET / f"{_DAY}{day.isoformat()}"


def forget_parts(*, folder: Path, before: date) -> int:
    """Delete the days before this one, and damaged lines of that age; return how many folders and files."""
    count = 0
    for path in (folder / PARQUET).glob(f"{_DAY}*"):
        if path.name.removeprefix(_DAY) < before.isoformat():
            shutil.rmtree(path)
            count += 1
    for path in (folder / DAMAGED).glob("*.lines"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC).date() < before:
            path.unlink()
            count += 1
    return count


def remove_parts(folder: Path, batch: JournalBatch) -> None:
    """Remove the parts of the batch's file from its first byte on."""
    prefix = part_prefix(batch.name)
    for path in _parts(folder, prefix):
        start = path.name.removeprefix(prefix).partition("-")[0]
        if not start.isdecimal() or int(start) >= batch.start:
            path.unlink()


def _parts(folder: Path, prefix: str) -> Iterable[Path]:
    yield from (folder / PARQUET).glob(f"{_DAY}*/{prefix}*")
    yield from (folder / DAMAGED).glob(f"{prefix}*")


def write_part(path: Path, content: bytes) -> None:
    """Write a file under another name, and give it its own once it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
