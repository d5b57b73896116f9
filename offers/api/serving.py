"""The snapshot that this process decides by."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from offers.api.problems import ProblemError
from offers.snapshot.reader import Snapshot
from offers.snapshot.store import SnapshotStore


@lru_cache(maxsize=8)
def snapshot_store_at(directory: Path) -> SnapshotStore:
    """Return the one store of a directory in this process."""
    return SnapshotStore(directory)


def current_snapshot() -> Snapshot:
    """Return the snapshot to decide by; raise the problem of having none yet."""
    snapshot = snapshot_store_at(settings.AWASE_SNAPSHOT_DIR).current()
    if snapshot is None:
        detail = "The first snapshot is not built yet. Try again in a moment."
        raise ProblemError("not_ready", detail, headers={"Retry-After": "5"})
    return snapshot
