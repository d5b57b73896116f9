"""The snapshot that the API decides by."""

from engine.snapshot.reader import Snapshot
from gateway.api.problems import ProblemError
from offers.services.serving import serving_snapshot


def current_snapshot() -> Snapshot:
    """Return the snapshot to decide by; raise the problem of having none yet."""
    snapshot = serving_snapshot()
    if snapshot is None:
        detail = "The first snapshot has not been built yet. Try again in a moment."
        raise ProblemError("not_ready", detail, headers={"Retry-After": "5"})
    return snapshot
