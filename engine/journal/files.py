"""The files of the journal: their names, and which of them nobody writes to any more.

A process holds a lock on the file that it writes, which the system releases when the process ends, however
it ends. Whoever gets the lock knows that the file is finished: writers lock a new file once and never open
an old one.
"""

import fcntl
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

SUFFIX: Final = ".jsonl"


@lru_cache(maxsize=1)
def host_name() -> str:
    """Return the name of this host as it appears in the names of files."""
    return re.sub(r"[^A-Za-z0-9.]", "_", socket.gethostname())[:40] or "host"


def file_name(*, process: int, at_ms: int, number: int) -> str:
    """Return a name that no other process and no later one uses: host, process, time and number."""
    return f"{host_name()}-{process}-{at_ms}-{number}{SUFFIX}"


def journal_files(folder: Path) -> list[Path]:
    """Return the files of a folder, by name; none where there is no folder."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def total_bytes(folder: Path) -> int:
    """Return the size of all files that were not collected yet."""
    total = 0
    for path in journal_files(folder):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # collected meanwhile
            continue
    return total


@contextmanager
def lock_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock of a file, which must exist; yield whether it was free.

    The system frees it when the process ends, also after a kill.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield try_lock(descriptor)
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; return whether nobody else had locked it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
