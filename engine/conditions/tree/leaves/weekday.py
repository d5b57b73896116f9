"""The day is, or is not, one of some weekdays."""

from collections.abc import Hashable
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf
from engine.conditions.tree.local import local_time
from engine.conditions.tree.operators import IS
from engine.conditions.tree.say import Kind, Say
from engine.wording import gettext_noop

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WeekdayLeaf(Leaf, frozen=True, tag="weekday"):
    """The day, by the calendar of the shop, is, or is not, one of the weekdays."""

    type: ClassVar[str] = "weekday"
    label: ClassVar[str] = gettext_noop("Weekday")
    about: ClassVar[About] = "moment"
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = (Field("days", "weekdays"),)
    sees: ClassVar[Kind | None] = "weekday"

    days: Annotated[tuple[Day, ...], Meta(min_length=1, max_length=7)]

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the day is, or is not, one of the weekdays."""
        return (self.seen(circumstances) in self.days) == (self.op == "is")

    def seen(self, circumstances: Circumstances) -> str:
        """Return the weekday."""
        return WEEKDAYS[local_time(circumstances.at, circumstances.zone).weekday()]

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the weekday, Monday being 0."""
        return local_time(circumstances.at, circumstances.zone).weekday()

    def sentence(self, say: Say) -> str:
        """Return the condition in words: days in a row as a range."""
        days = _ranges(self.days, say)
        if self.op == "is":
            return say.either(days)
        return say.text(gettext_noop("not on %(days)s"), days=say.neither(days))


def _ranges(days: tuple[Day, ...], say: Say) -> list[str]:
    """Return the days in the order of the week, three or more in a row as one range."""
    said: list[str] = []
    rest = [place for place, day in enumerate(WEEKDAYS) if day in days]
    while rest:
        length = next((n for n in range(len(rest), 2, -1) if rest[n - 1] - rest[0] == n - 1), 1)
        first, last = (say.name("weekday", WEEKDAYS[rest[end]]) for end in (0, length - 1))
        said.append(
            first if length == 1 else say.text(gettext_noop("%(first)s to %(last)s"), first=first, last=last)
        )
        rest = rest[length:]
    return said
