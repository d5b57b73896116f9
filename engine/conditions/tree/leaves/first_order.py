"""The shopper's first order was at least, or at most, so many days ago."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Ints, Shoppers
from engine.conditions.tree.families.figures import DaysSinceLeaf
from engine.wording import gettext_noop, ngettext_noop


class FirstOrderLeaf(DaysSinceLeaf, frozen=True, tag="first_order"):
    """The shopper's first order was at least, or at most, so many days ago."""

    type: ClassVar[str] = "first_order"
    label: ClassVar[str] = gettext_noop("Days since the first order")
    says: ClassVar[Mapping[str, tuple[str, str]]] = {
        "at_least": ngettext_noop(
            "whose first order was at least %(count)s day ago",
            "whose first order was at least %(count)s days ago",
        ),
        "at_most": ngettext_noop(
            "whose first order was at most %(count)s day ago",
            "whose first order was at most %(count)s days ago",
        ),
    }

    @classmethod
    def day_of(cls, circumstances: Circumstances) -> int | None:
        """Return the day of the first order, None without one."""
        return None if circumstances.shopper is None else circumstances.shopper.first_day

    @classmethod
    def days_of(cls, shoppers: Shoppers) -> Ints:
        """Return the day of the first order of each customer."""
        return shoppers.first_day
