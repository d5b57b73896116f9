"""The policies that decisions go by now, and what is known of what a ledger names."""

from django.conf import settings

from engine.decision.restrain import SnapshotDirectory
from engine.restraint.directory import NOTHING_KNOWN, Directory
from engine.restraint.policy import Policies
from offers.services.serving import serving_snapshot


def policies_in_force() -> Policies:
    """Return the policies of the snapshot that serves; without one, only the period of the settings."""
    snapshot = serving_snapshot()
    return Policies(decline_days=settings.AWASE_DECLINE_DAYS) if snapshot is None else snapshot.restraint


def directory_in_force(*, due: bytes = b"") -> Directory:
    """Return what the snapshot that serves knows of names; `due` are a person's packed `DUE` records."""
    snapshot = serving_snapshot()
    return NOTHING_KNOWN if snapshot is None else SnapshotDirectory(snapshot, due)
