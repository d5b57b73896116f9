"""Limit the requests of each key, exactly across the threads and processes of one host.

Each key has one cell in a small file that all workers share: the time until which its allowance is
spent (GCRA, the generic cell rate algorithm: ITU-T I.371). A cell is read and advanced under a lock of
the file, so that no request is counted twice or missed, however many workers there are. No broker and no
database are involved. A cell whose time has passed is as good as new and may be given to another key.

The file is read and written, never memory-mapped: truncating a mapped file would kill its readers. If it
cannot be written, for example on a full disk, requests are admitted: a limit must not become an outage.
"""

import fcntl
import logging
import math
import os
import struct
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from msgspec import Struct

from gateway.services.remembered import remembered

logger = logging.getLogger(__name__)

WINDOW_NS: Final = 60 * 10**9
_CELL: Final = struct.Struct("<8sq")  # the first bytes of the key's digest, its time in ns
_CELL_COUNT: Final = 4096
_NOT_OPEN: Final = -1
_PROBES: Final = 64
# How often to check whether the file was removed or replaced.
_LOOK_NS: Final = 10**9
_REPORT_NS: Final = 60 * 10**9


class Allowance(Struct, frozen=True):
    """Whether a request is allowed, and what is left. Seconds are rounded up."""

    is_allowed: bool
    limit: int
    remaining: int
    retry_after_seconds: int
    reset_seconds: int


class ThrottleFile:
    """The cells of all keys. The caller passes the time, from one clock of the host."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = _NOT_OPEN
        # POSIX locks exclude other processes but not other threads, hence both.
        self._lock = threading.Lock()
        self._looked_at_ns = -_LOOK_NS
        self._reported_at_ns = -_REPORT_NS
        self._places: dict[bytes, int] = {}

    def take(self, digest: str, limit: int, now_ns: int, window_ns: int = WINDOW_NS) -> Allowance:
        """Take one request from a key's allowance, if any is left.

        The allowance is `limit` requests at once; it is restored evenly over `window_ns`, a minute.
        """
        interval = window_ns // limit
        window = interval * limit
        try:
            is_allowed, spent = self._spend(bytes.fromhex(digest[:16]), interval, window, now_ns)
        except OSError:
            self._report(now_ns)
            is_allowed, spent = True, 0
        return Allowance(
            is_allowed=is_allowed,
            limit=limit,
            remaining=(window - spent) // interval,
            retry_after_seconds=0 if is_allowed else math.ceil((spent + interval - window) / 10**9),
            reset_seconds=math.ceil(spent / 10**9),
        )

    def give_back(self, digest: str, limit: int, now_ns: int, window_ns: int = WINDOW_NS) -> None:
        """Give back one request that turned out not to count."""
        interval = window_ns // limit
        try:
            self._spend(bytes.fromhex(digest[:16]), -interval, interval * limit, now_ns)
        except OSError:
            self._report(now_ns)

    def _spend(self, name: bytes, interval: int, window: int, now_ns: int) -> tuple[bool, int]:
        """Advance a cell by `interval` if it stays inside the window; return whether, and what is spent."""
        with self._lock:
            try:
                self._lock_file(now_ns)
                offset, moment = self._find(name, now_ns)
                if not now_ns <= moment <= now_ns + window + abs(interval):
                    # Idle, or written before the host's clock was restarted.
                    moment = now_ns
                is_allowed = moment + interval - now_ns <= window
                if is_allowed:
                    moment += interval
                    os.pwrite(self._descriptor, _CELL.pack(name, moment), offset)
            finally:
                if self._descriptor != _NOT_OPEN:
                    fcntl.lockf(self._descriptor, fcntl.LOCK_UN)
        return is_allowed, max(moment - now_ns, 0)

    def _report(self, now_ns: int) -> None:
        """Log the error in hand, once a minute."""
        if now_ns - self._reported_at_ns >= _REPORT_NS:
            self._reported_at_ns = now_ns
            logger.error("%s cannot be used, so no limits are applied: %s", self._path, sys.exc_info()[1])

    def _lock_file(self, now_ns: int) -> None:
        """Lock the file; check once a second that it is still the file at the path."""
        if self._descriptor == _NOT_OPEN:
            self._descriptor = _open(self._path)
        while True:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
            if 0 <= now_ns - self._looked_at_ns < _LOOK_NS:
                return
            if _is_at(self._descriptor, self._path):
                self._looked_at_ns = now_ns
                return
            descriptor = _open(self._path)
            # Closing releases the lock.
            os.close(self._descriptor)
            self._descriptor = descriptor

    def _find(self, name: bytes, now_ns: int) -> tuple[int, int]:
        """Return the key's cell: the one it had last, unless another key has it now."""
        offset = self._places.get(name)
        if offset is not None:
            cell = os.pread(self._descriptor, _CELL.size, offset)
            if cell.startswith(name) and len(cell) == _CELL.size:
                return offset, int.from_bytes(cell[len(name) :], "little", signed=True)
        offset, moment = self._seek(name, now_ns)
        if len(self._places) >= _CELL_COUNT:
            self._places.clear()
        self._places[name] = offset
        return offset, moment

    def _seek(self, name: bytes, now_ns: int) -> tuple[int, int]:
        """Return the key's cell, or the one to give to it: the one whose time passed first."""
        first = int.from_bytes(name[:4], "little") % _CELL_COUNT
        best, best_moment = -1, 0
        for probe, (owner, moment) in enumerate(_CELL.iter_unpack(self._read(first))):
            offset = (first + probe) % _CELL_COUNT * _CELL.size
            if owner == name:
                return offset, moment
            if best < 0 or moment < best_moment:
                best, best_moment = offset, moment
        return best, now_ns

    def _read(self, first: int) -> bytes:
        """Return `_PROBES` cells from `first` on, wrapping at the end; cells beyond the file are empty."""
        until_end = min(_PROBES, _CELL_COUNT - first)
        cells = self._read_cells(first, until_end)
        return cells + self._read_cells(0, _PROBES - until_end) if until_end < _PROBES else cells

    def _read_cells(self, first: int, count: int) -> bytes:
        size = count * _CELL.size
        return os.pread(self._descriptor, size, first * _CELL.size).ljust(size, b"\0")


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@lru_cache(maxsize=8)
def throttle_file_at(path: Path) -> ThrottleFile:
    """Return the only handle of a file in this process: closing another would release its lock."""
    return ThrottleFile(path)


@remembered
def throttle_file() -> ThrottleFile:
    """Return the throttle file of this host."""
    return throttle_file_at(settings.AWASE_THROTTLE_FILE)


@remembered
def visitor_throttle_file() -> ThrottleFile:
    """Return the throttle file of visitors: however many there are, they displace no cells of keys."""
    return throttle_file_at(settings.AWASE_THROTTLE_FILE.with_name("visitors.cells"))
