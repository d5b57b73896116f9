"""The period in which an offer runs."""

from typing import ClassVar, Literal

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject

Period = Literal["planned", "running", "over"]


class Schedule(Condition, frozen=True, tag="schedule"):
    """The moment is in the half-open period `starts_at` ≤ at < `ends_at`, in seconds since 1970-01-01 UTC."""

    name: ClassVar[str] = "schedule"
    reason: ClassVar[str] = "not_started"
    subject: ClassVar[Subject] = "offer"
    # Pricing asks it itself, because a quote tells an offer that has ended from one that has not begun.
    bars: ClassVar[bool] = False

    starts_at: int | None = None
    ends_at: int | None = None

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the period is running."""
        return self.period_at(circumstances.at) == "running"

    def period_at(self, at: int) -> Period:
        """Return whether the period is still to come, running or over."""
        if self.ends_at is not None and self.ends_at <= at:
            return "over"
        if self.starts_at is not None and self.starts_at > at:
            return "planned"
        return "running"

    @staticmethod
    def facts(circumstances: Circumstances) -> int:
        """Return the moment."""
        return circumstances.at


ALWAYS = Schedule()
