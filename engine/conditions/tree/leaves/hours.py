"""The clock of the shop shows a time between two others."""

from collections.abc import Hashable
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf
from engine.conditions.tree.local import local_time
from engine.conditions.tree.operators import BETWEEN
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop

ClockTime = Annotated[str, Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]


class HoursLeaf(Leaf, frozen=True, tag="hours", rename={"from_time": "from", "to_time": "to"}):
    """The time is `from_time` or later and before `to_time`; with an earlier `to_time` it passes midnight.

    Times are those that a clock of the shop shows. Where clocks are set back, an hour comes twice and counts
    twice; where they are set forward, an hour is left out.
    """

    type: ClassVar[str] = "hours"
    label: ClassVar[str] = gettext_noop("Time of day")
    about: ClassVar[About] = "moment"
    operators: ClassVar[tuple[str, ...]] = BETWEEN
    fields: ClassVar[tuple[Field, ...]] = (Field("from", "time"), Field("to", "time"))

    from_time: ClockTime
    to_time: ClockTime

    def fault(self) -> tuple[str, str] | None:
        """Return the field that leaves no time."""
        return ("to", gettext_noop("Start and end are the same.")) if self.from_time == self.to_time else None

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the time is in the period."""
        time = self.seen(circumstances)
        if self.from_time < self.to_time:
            return self.from_time <= time < self.to_time
        return time >= self.from_time or time < self.to_time

    def seen(self, circumstances: Circumstances) -> str:
        """Return the time: 17:05."""
        return local_time(circumstances.at, circumstances.zone).strftime("%H:%M")

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the minute of the day."""
        local = local_time(circumstances.at, circumstances.zone)
        return local.hour * 60 + local.minute

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.text(gettext_noop("%(from)s–%(to)s"), **{"from": self.from_time, "to": self.to_time})
