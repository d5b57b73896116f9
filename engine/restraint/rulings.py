"""The three verdicts."""

from typing import Final

from msgspec import Struct

NO_LEVER: Final = 1.0
FOREVER: Final = 2**63


class Allow(Struct, frozen=True, gc=False):
    """It may be shown; what it is worth counts `lever` times, 0.5 to 2."""

    lever: float = NO_LEVER


class Hold(Struct, frozen=True, gc=False):
    """It may be shown from `until` on, in seconds since 1970-01-01 UTC."""

    until: int
    reason: str

    @property
    def strictness(self) -> int:
        """Return what orders verdicts: the end of the hold."""
        return self.until


class Drop(Struct, frozen=True, gc=False):
    """It may not be shown, however long one waits."""

    reason: str

    @property
    def strictness(self) -> int:
        """Return what orders verdicts: beyond every hold."""
        return FOREVER


Verdict = Allow | Hold | Drop
# Codes of what holds a candidate back; `explain` and the admin show them.
REASONS: Final = (
    "channel_refused",
    "complaint",
    "never",
    "paused",
    "quiet_hours",
    "cap_reached",
    "declined",
    "owned",
    "later",
    "accepted",
    "enough_shown",
    "enough_clicked",
    "enough_dismissed",
    "enough_later",
    "enough_declined",
    "enough_accepted",
)
