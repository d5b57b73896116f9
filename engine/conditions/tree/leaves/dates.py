"""The day is in a period of the calendar."""

from collections.abc import Hashable
from datetime import date
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf, Seen
from engine.conditions.tree.local import local_time, say_day
from engine.conditions.tree.operators import BETWEEN
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class DatesLeaf(Leaf, frozen=True, tag="dates", rename={"from_day": "from", "to_day": "to"}):
    """The day, by the calendar of the shop, is `from_day`, `to_day` or one between them."""

    type: ClassVar[str] = "dates"
    label: ClassVar[str] = gettext_noop("Dates")
    about: ClassVar[About] = "moment"
    operators: ClassVar[tuple[str, ...]] = BETWEEN
    fields: ClassVar[tuple[Field, ...]] = (
        Field("from", "date", is_required=False),
        Field("to", "date", is_required=False),
    )

    from_day: date | None = None
    to_day: date | None = None

    def fault(self) -> tuple[str, str] | None:
        """Return the field that leaves no day, or every day."""
        if self.from_day is None and self.to_day is None:
            return "from", gettext_noop("Enter the first day, the last, or both.")
        if self.from_day is not None and self.to_day is not None and self.to_day < self.from_day:
            return "to", gettext_noop("The last day is before the first.")
        return None

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the day is in the period."""
        today = local_time(circumstances.at, circumstances.zone).date()
        return (self.from_day is None or self.from_day <= today) and (
            self.to_day is None or today <= self.to_day
        )

    def seen(self, circumstances: Circumstances) -> str:
        """Return the day as ISO 8601."""
        return local_time(circumstances.at, circumstances.zone).date().isoformat()

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the day."""
        return local_time(circumstances.at, circumstances.zone).date()

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        first = None if self.from_day is None else say.day(self.from_day)
        last = None if self.to_day is None else say.day(self.to_day)
        if last is None:
            return say.text(gettext_noop("from %(first)s"), first=first)
        if first is None:
            return say.text(gettext_noop("until %(last)s"), last=last)
        return say.text(gettext_noop("from %(first)s to %(last)s"), first=first, last=last)

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return the day in words."""
        return say_day(seen, say) if isinstance(seen, str) else super().say_seen(seen, say)
