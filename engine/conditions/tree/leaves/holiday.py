"""The day is, or is not, a public holiday."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf, Seen, Text
from engine.conditions.tree.local import local_time, say_day
from engine.conditions.tree.operators import IS
from engine.conditions.tree.say import Say
from engine.holidays import has_holidays, is_holiday
from engine.wording import gettext_noop


class HolidayLeaf(Leaf, frozen=True, tag="holiday"):
    """The day, by the calendar of the shop, is, or is not, a public holiday of a country."""

    type: ClassVar[str] = "holiday"
    label: ClassVar[str] = gettext_noop("Public holiday")
    about: ClassVar[About] = "moment"
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = (Field("country", "country"),)

    country: Text

    def fault(self) -> tuple[str, str] | None:
        """Return the country if its holidays are not known."""
        return (
            None
            if has_holidays(self.country)
            else ("country", gettext_noop("The holidays of this country are not known."))
        )

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the day is, or is not, a holiday."""
        today = local_time(circumstances.at, circumstances.zone).date()
        return is_holiday(today, self.country) == (self.op == "is")

    def seen(self, circumstances: Circumstances) -> str:
        """Return the day as ISO 8601."""
        return local_time(circumstances.at, circumstances.zone).date().isoformat()

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the day."""
        return local_time(circumstances.at, circumstances.zone).date()

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        country = say.name("country", self.country)
        if self.op == "is":
            return say.text(gettext_noop("on public holidays of %(country)s"), country=country)
        return say.text(gettext_noop("not on public holidays of %(country)s"), country=country)

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return the day in words."""
        return say_day(seen, say) if isinstance(seen, str) else super().say_seen(seen, say)
