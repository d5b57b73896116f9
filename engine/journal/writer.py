"""Append records to the file of this process: one write without a lock between processes, and no fsync.

Whatever goes wrong costs records of the journal and nothing else: a full disk, a missing folder, one that
cannot be written. What is lost is counted here, and in the next record that can be written.
"""

import errno
import os
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.journal.files import file_name, total_bytes, try_lock
from engine.journal.lines import encode_records
from engine.journal.record import JournalRecord

_NOT_OPEN: Final = -1
_HOUR_MS: Final = 3_600_000
# How often to check whether the file was removed, and how long to wait before opening one again.
_LOOK_MS: Final = 1000
_RETRY_MS: Final = 1000
_OPEN_ATTEMPTS: Final = 5
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC


class JournalLimits(Struct, frozen=True):
    """The size at which a new file begins, and at which the folder is full, in bytes."""

    file_bytes: int = 64 * 2**20
    total_bytes: int = 2 * 2**30


class JournalState(Struct, frozen=True):
    """How many records this process wrote and lost; `error` says why the last one was lost, else empty."""

    written_count: int
    lost_count: int
    error: str


class JournalWriter:
    """The journal of this process. Its threads may share it; a forked process begins a file of its own."""

    def __init__(self, folder: Path, limits: JournalLimits = JournalLimits()) -> None:  # noqa: B008 (frozen)
        self._folder = folder
        self._limits = limits
        self._begin()
        itself = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _begin_in_child(itself()))

    def _begin(self) -> None:
        """Begin without a file and with nothing counted."""
        self._lock = threading.Lock()
        self._descriptor = _NOT_OPEN
        self._written_count = self._lost_count = self._unreported_count = self._number = 0
        self._size = self._hour = self._looked_at_ms = self._open_again_at_ms = 0
        self._ends_in_line = False
        self._error = ""

    @property
    def state(self) -> JournalState:
        """Return the counts so far."""
        return JournalState(self._written_count, self._lost_count, self._error)

    def append(self, records: Sequence[JournalRecord], at_ms: int) -> None:
        """Write the records, all at once. It never raises: what cannot be written is counted.

        `at_ms` is the time in milliseconds since 1970-01-01 UTC.
        """
        with self._lock:
            try:
                if self._needs_file(at_ms):
                    self._open(at_ms)
                written_count = self._write(records)
            except (OSError, ValueError, OverflowError) as error:
                written_count, self._error = 0, str(error)
            self._written_count += written_count
            if written_count < len(records):
                self._lost_count += len(records) - written_count
                self._unreported_count += len(records) - written_count
            else:
                self._error = ""

    def _write(self, records: Sequence[JournalRecord]) -> int:
        """Write the records; return how many of them were written as a whole."""
        reported_count = self._unreported_count
        if reported_count:
            records = [replace(records[0], lost=reported_count), *records[1:]]
        # After half a line, the next record begins a new one: only the torn record is lost.
        before = b"\n" if self._ends_in_line else b""
        data = before + encode_records(records)
        count = os.write(self._descriptor, data)
        self._size += count
        written_count = len(records)
        if count < len(data):
            self._error = os.strerror(errno.ENOSPC)
            self._ends_in_line = data[count - 1 : count] != b"\n"
            written_count = data.count(b"\n", len(before), count)
        else:
            self._ends_in_line = False
        if written_count:
            self._unreported_count -= reported_count
        return written_count

    def _needs_file(self, at_ms: int) -> bool:
        """Tell whether a new file has to begin: after an hour, at its size, or if somebody removed it."""
        if self._descriptor == _NOT_OPEN:
            return True
        if at_ms // _HOUR_MS > self._hour or self._size >= self._limits.file_bytes:
            return True
        if abs(at_ms - self._looked_at_ms) < _LOOK_MS:
            return False
        self._looked_at_ms = at_ms
        return os.fstat(self._descriptor).st_nlink == 0

    def _open(self, at_ms: int) -> None:
        """Begin a new file and let go of the last one; raise OSError, at most once a second for real."""
        if at_ms < self._open_again_at_ms <= at_ms + _RETRY_MS:
            raise OSError(self._error)
        self._close()
        self._open_again_at_ms = at_ms + _RETRY_MS
        self._folder.mkdir(parents=True, exist_ok=True)
        if total_bytes(self._folder) >= self._limits.total_bytes:
            raise OSError("The journal has reached its largest size. Is it collected?")
        self._descriptor = self._new_file(at_ms)
        self._hour, self._looked_at_ms, self._size = at_ms // _HOUR_MS, at_ms, 0
        self._ends_in_line, self._open_again_at_ms = False, 0

    def _new_file(self, at_ms: int) -> int:
        """Return the descriptor of a new file that this process holds the lock of."""
        for _attempt in range(_OPEN_ATTEMPTS):
            self._number += 1
            name = file_name(process=os.getpid(), at_ms=at_ms, number=self._number)
            descriptor = os.open(self._folder / name, _FLAGS, 0o600)
            try:
                # A collector may have come between, and removed a file that nobody held.
                if try_lock(descriptor) and os.fstat(descriptor).st_nlink:
                    return descriptor
            except OSError:
                os.close(descriptor)
                raise
            os.close(descriptor)
        raise OSError("No file of the journal could be locked.")

    def _close(self) -> None:
        if self._descriptor != _NOT_OPEN:
            descriptor, self._descriptor = self._descriptor, _NOT_OPEN
            os.close(descriptor)


def _begin_in_child(writer: JournalWriter | None) -> None:
    """Let a forked process begin anew: the file and its lock are those of its parent."""
    if writer is not None:
        writer._close()  # noqa: SLF001 (a function, so that the fork handler keeps no writer alive)
        writer._begin()  # noqa: SLF001
