"""Publishing a snapshot: what web workers decide by."""

import logging
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from offers.services.collection.snapshot import collect_origin, collect_snapshot
from offers.snapshot import layout
from offers.snapshot.data import Origin
from offers.snapshot.lock import locked
from offers.snapshot.pointer import read_pointer
from offers.snapshot.reader import CorruptSnapshotError, Snapshot
from offers.snapshot.writer import write_snapshot

logger = logging.getLogger(__name__)

REFRESH_LOCK = "refresh.lock"

State = tuple[int, int, int]


def refresh_snapshot(*, at: datetime, force: bool = False) -> bool:
    """Build and publish a snapshot if the catalogue, the offers or the generation changed.

    Returns whether it did. One process at a time: a second one waits, and then finds nothing to do.
    A snapshot on disk that cannot be read is replaced as well.
    """
    directory: Path = settings.AWASE_SNAPSHOT_DIR
    with locked(directory / REFRESH_LOCK):
        origin = collect_origin(at)
        if not force and _is_served(directory, origin):
            return False
        version = write_snapshot(data=collect_snapshot(origin), directory=directory)
    logger.info("Published snapshot %s", version)
    return True


def _is_served(directory: Path, origin: Origin) -> bool:
    """Tell whether the current snapshot is whole and holds this generation and these revisions."""
    version = read_pointer(directory)
    if version is None:
        return False
    folder = directory / version
    try:
        manifest = _manifest_of(
            folder, (_state_of(folder / layout.MANIFEST), _state_of(folder / layout.RECORDS))
        )
    except (OSError, CorruptSnapshotError):
        return False
    served = manifest["generation"]["id"], manifest["revisions"], manifest["rules"]["rounding"]
    return served == (origin.generation_id, dict(origin.revisions), settings.AWASE_TAX_ROUNDING)


@lru_cache(maxsize=1)
def _manifest_of(folder: Path, state: tuple[State, State]) -> dict[str, Any]:
    """Return a version's manifest once the version proved whole.

    That takes reading all of it, so it is done again only when the `state` of the files is another.
    """
    del state
    return Snapshot.open(folder).manifest


def _state_of(path: Path) -> State:
    """Return what changes whenever a file is written: inode, time of change and size."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
