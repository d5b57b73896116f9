"""The snapshot that this process decides by: one store, whoever asks."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from engine.snapshot.reader import Snapshot
from engine.snapshot.store import SnapshotStore


@lru_cache(maxsize=8)
def snapshot_store_at(directory: Path) -> SnapshotStore:
    """Return the one store of a directory in this process."""
    return SnapshotStore(directory)


def serving_snapshot() -> Snapshot | None:
    """Return the snapshot to decide by, None where none was ever built."""
    return snapshot_store_at(settings.AWASE_SNAPSHOT_DIR).current()
