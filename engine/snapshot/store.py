"""Keep a worker on the current snapshot."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.snapshot import layout
from engine.snapshot.counters import COUNTERS, read_counters
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import CorruptSnapshotError, Snapshot

logger = logging.getLogger(__name__)

# A look is one stat() of each of two files: two microseconds.
LOOK_SECONDS = 0.05
LONGEST_UNSEEN = 2.0


# Inode, time of change in nanoseconds, and size.
FileState = tuple[int, int, int]


class SnapshotStore:
    """Hands out the current snapshot of a directory.

    It looks at the pointer at most once in LOOK_SECONDS, and one thread does; the others go on with
    the snapshot they have, or wait for the look where the last one is LONGEST_UNSEEN seconds ago, such
    as after a quiet hour. A version that cannot be read leaves the last good one serving.
    """

    def __init__(self, directory: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._seen: FileState | None = None
        self._counted: FileState | None = None
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot | None:
        """Return the snapshot to decide by, None where none was ever published."""
        unseen = self._clock() - self._looked_at
        must_wait = unseen >= LONGEST_UNSEEN or self._snapshot is None
        if unseen >= LOOK_SECONDS and self._lock.acquire(blocking=must_wait):
            try:
                if self._clock() - self._looked_at >= LOOK_SECONDS:
                    self._look()
                    self._looked_at = self._clock()
            finally:
                self._lock.release()
        return self._snapshot

    def _look(self) -> None:
        """Take over what changed since the last look: the version that the pointer names, the counters."""
        seen = _state_of(self._directory / layout.POINTER)
        if seen is not None and seen != self._seen:
            fresh = self._open(read_pointer(self._directory))
            if fresh is not None:
                self._snapshot, self._seen, self._counted = fresh, seen, None
            elif self._snapshot is None:
                self._snapshot, self._counted = self._newest_readable(), None
        counted = _state_of(self._directory / COUNTERS)
        if counted != self._counted and self._snapshot is not None:
            self._snapshot.used, self._counted = read_counters(self._directory), counted

    def _open(self, version: str | None) -> Snapshot | None:
        """Open a version, or say why not."""
        if not version or not layout.VERSION_PATTERN.fullmatch(version):
            return None
        try:
            return Snapshot.open(self._directory / version)
        except CorruptSnapshotError:
            # The pointer is read again at the next look: it may name a whole version by then.
            message = "Snapshot %s cannot be read; the last good one keeps serving"
            logger.exception(message, version, extra={"is_fault": True})
            return None

    def _newest_readable(self) -> Snapshot | None:
        """Return the newest whole version: a worker that starts while the current one is damaged."""
        folders = sorted(self._directory.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
        return next(filter(None, (self._open(folder.name) for folder in reversed(folders))), None)


def _state_of(path: Path) -> FileState | None:
    """Return what changes whenever the file is replaced; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
