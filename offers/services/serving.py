"""The snapshot that this process decides by: one store per process."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.models import Revision
from engine.snapshot.reader import Snapshot
from engine.snapshot.store import SnapshotStore
from gateway.services.remembered import remembered


@lru_cache(maxsize=8)
def snapshot_store_at(directory: Path) -> SnapshotStore:
    """Return the one store of a directory in this process."""
    return SnapshotStore(directory)


@remembered
def _snapshot_folder() -> Path:
    folder: Path = settings.AWASE_SNAPSHOT_DIR
    return folder


def serving_snapshot() -> Snapshot | None:
    """Return the snapshot to decide by, None where none was ever built."""
    return snapshot_store_at(_snapshot_folder()).current()


def latest_unseen_change(manifest: Mapping[str, Any]) -> datetime | None:
    """Return when the catalogue or the offers last changed in a way this snapshot does not hold yet."""
    seen: Mapping[str, int] = manifest.get("revisions", {})
    unseen = [
        revision.changed_at
        for revision in Revision.objects.all()
        if revision.number > seen.get(revision.domain, 0)
    ]
    return max(unseen, default=None)
