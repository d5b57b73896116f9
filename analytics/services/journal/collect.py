"""Collect the journal files of a folder: each byte once, whoever is killed when.

One collector at a time works in a folder; a lock that dies with it sees to that. Should the lock not hold, as
on some network drives, the offset in the database still moves once.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from analytics.models import JournalFile
from analytics.services.journal.batch import read_batch
from analytics.services.journal.parquet import write_parts
from analytics.services.journal.store import CollectedElsewhereError, store_batch
from engine.journal.files import journal_files, lock_if_free

logger = logging.getLogger(__name__)

_LOCK: Final = "collector.lock"


class Collected(Struct, frozen=True):
    """What was collected. `is_busy` tells that another collector was at work."""

    file_count: int = 0
    record_count: int = 0
    damaged_count: int = 0
    lost_count: int = 0
    is_busy: bool = False

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            self.file_count + other.file_count,
            self.record_count + other.record_count,
            self.damaged_count + other.damaged_count,
            self.lost_count + other.lost_count,
        )


def collect_journal(*, folder: Path, at: datetime, with_parquet: bool) -> Collected:
    """Collect what the files of a folder have so far; delete those that are finished and collected."""
    if not folder.is_dir():
        return Collected()
    (folder / _LOCK).touch()
    with lock_if_free(folder / _LOCK) as is_free:
        if not is_free:
            return Collected(is_busy=True)
        collected = Collected()
        for path in journal_files(folder):
            try:
                collected += collect_file(path=path, at=at, with_parquet=with_parquet)
            except OSError:
                # Such as a full disk. The offset has not moved: the next collector begins there.
                logger.exception("%s cannot be collected at the moment.", path)
        return collected


def collect_file(*, path: Path, at: datetime, with_parquet: bool) -> Collected:
    """Collect the rest of a file; delete it if its process has ended or writes to another."""
    with lock_if_free(path) as is_finished:
        file, _is_new = JournalFile.objects.get_or_create(name=path.name, defaults={"collected_at": at})
        collected, offset = Collected(file_count=1), file.offset
        while True:
            batch = read_batch(path, offset, is_finished=is_finished)
            if batch.end == offset:
                break
            try:
                write_parts(folder=path.parent, batch=batch, with_parquet=with_parquet)
                store_batch(file=file.pk, batch=batch, at=at)
            except CollectedElsewhereError:
                logger.warning("%s is collected by another process.", path)
                return collected
            lines, offset = batch.lines, batch.end
            collected += Collected(0, len(lines.records), len(lines.damaged), lines.lost_count)
        if is_finished:
            JournalFile.objects.filter(pk=file.pk, finished_at=None).update(finished_at=at)
            path.unlink(missing_ok=True)
        return collected
