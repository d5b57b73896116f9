"""The policies that decisions go by now."""

from django.conf import settings

from engine.restraint.policy import Policies
from offers.services.serving import serving_snapshot


def policies_in_force() -> Policies:
    """Return the policies of the snapshot that serves; without one, only the period of the settings."""
    snapshot = serving_snapshot()
    return Policies(decline_days=settings.AWASE_DECLINE_DAYS) if snapshot is None else snapshot.restraint
