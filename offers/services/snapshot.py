"""Publishing a snapshot: what web workers decide by."""

import logging
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from engine.snapshot import layout
from engine.snapshot.data import Origin
from engine.snapshot.lock import locked
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import CorruptSnapshotError, Snapshot, map_columns
from engine.snapshot.writer import renew_snapshot, write_snapshot
from offers.services.collection.restraint import period_settings
from offers.services.collection.rules import tax_settings
from offers.services.collection.snapshot import collect_learned, collect_origin, collect_snapshot
from offers.services.restriction import keep_restrictions

logger = logging.getLogger(__name__)

REFRESH_LOCK = "refresh.lock"

State = tuple[int, int, int]
Manifest = dict[str, Any]


def refresh_snapshot(*, at: datetime, force: bool = False) -> bool:
    """Build and publish a snapshot if the catalogue, the offers or the generation changed.

    Returns whether it did. One process at a time: a second one waits, and then finds nothing to do. Where
    only the generation is another, all else is taken over from the version that serves. A snapshot on disk
    that cannot be read is replaced as well; with `force`, any is, and nothing is taken over.
    """
    directory: Path = settings.AWASE_SNAPSHOT_DIR
    with locked(directory / REFRESH_LOCK):
        origin = collect_origin(at)
        served = None if force else _served(directory, origin)
        if served is None:
            keep_restrictions()
            version = write_snapshot(data=collect_snapshot(origin), directory=directory)
        elif served["generation"]["id"] == origin.generation_id:
            return False
        else:
            version = _renew(directory, served, origin)
    logger.info("Published snapshot %s", version)
    return True


def _renew(directory: Path, served: Manifest, origin: Origin) -> str:
    """Publish the snapshot that serves with the newest generation; return the version."""
    columns = map_columns(directory / served["version"], served)
    learned = collect_learned(
        origin,
        product_pks=np.asarray(columns["product.pk"]),
        category_pks=np.asarray(columns["category.pk"]),
    )
    return renew_snapshot(
        origin=origin, learned=learned, manifest=served, columns=columns, directory=directory
    )


def _served(directory: Path, origin: Origin) -> Manifest | None:
    """Return the manifest of the current snapshot if it is whole and saw these revisions."""
    version = read_pointer(directory)
    if version is None:
        return None
    folder = directory / version
    try:
        manifest = _manifest_of(
            folder, (_state_of(folder / layout.MANIFEST), _state_of(folder / layout.RECORDS))
        )
    except (OSError, CorruptSnapshotError):
        return None
    is_current = (
        manifest["revisions"] == dict(origin.revisions)
        and tax_settings().items() <= manifest["rules"].items()
        and period_settings().items() <= manifest["restraint"].items()
    )
    return manifest if is_current else None


@lru_cache(maxsize=1)
def _manifest_of(folder: Path, state: tuple[State, State]) -> Manifest:
    """Return a version's manifest once the version proved whole.

    That takes reading all of it, so it is done again only when the `state` of the files is another.
    """
    del state
    return Snapshot.open(folder).manifest


def _state_of(path: Path) -> State:
    """Return what changes whenever a file is written: inode, time of change and size."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
