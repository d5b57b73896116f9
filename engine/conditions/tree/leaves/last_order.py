"""The shopper's last order was at least, or at most, so many days ago."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Ints, Shoppers
from engine.conditions.tree.families.figures import DaysSinceLeaf
from engine.wording import gettext_noop, ngettext_noop


class LastOrderLeaf(DaysSinceLeaf, frozen=True, tag="last_order"):
    """The shopper's last order was at least, or at most, so many days ago."""

    type: ClassVar[str] = "last_order"
    label: ClassVar[str] = gettext_noop("Days since the last order")
    says: ClassVar[Mapping[str, tuple[str, str]]] = {
        "at_least": ngettext_noop(
            "whose last order was at least %(count)s day ago",
            "whose last order was at least %(count)s days ago",
        ),
        "at_most": ngettext_noop(
            "whose last order was at most %(count)s day ago",
            "whose last order was at most %(count)s days ago",
        ),
    }

    @classmethod
    def day_of(cls, circumstances: Circumstances) -> int | None:
        """Return the day of the last order, None without one."""
        return None if circumstances.shopper is None else circumstances.shopper.last_day

    @classmethod
    def days_of(cls, shoppers: Shoppers) -> Ints:
        """Return the day of the last order of each customer."""
        return shoppers.last_day
