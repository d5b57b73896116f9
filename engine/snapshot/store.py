"""Keep a worker on the current snapshot."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.snapshot import layout
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import CorruptSnapshotError, Snapshot

logger = logging.getLogger(__name__)

# A look is one stat() of a file: a microsecond.
LOOK_SECONDS = 0.05
LONGEST_UNSEEN = 2.0


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
        self._seen: tuple[int, int, int] | None = None
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
        """Open the version that the pointer names, if the pointer changed since the last look."""
        try:
            status = (self._directory / layout.POINTER).stat()
        except OSError:
            return
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen == self._seen:
            return
        version = read_pointer(self._directory)
        fresh = self._open(version)
        if fresh is not None:
            self._snapshot, self._seen = fresh, seen
        elif self._snapshot is None:
            self._snapshot = self._newest_readable()

    def _open(self, version: str | None) -> Snapshot | None:
        """Open a version, or say why not."""
        if not version or not layout.VERSION_PATTERN.fullmatch(version):
            return None
        try:
            return Snapshot.open(self._directory / version)
        except CorruptSnapshotError:
            # The pointer is read again at the next look: it may name a whole version by then.
            logger.exception("Snapshot %s cannot be read; the last good one keeps serving", version)
            return None

    def _newest_readable(self) -> Snapshot | None:
        """Return the newest whole version: a worker that starts while the current one is damaged."""
        folders = sorted(self._directory.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
        return next(filter(None, (self._open(folder.name) for folder in reversed(folders))), None)
