"""The shopper’s average order is worth at least, or at most, an amount."""

from collections.abc import Hashable, Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Ints, Part, Shoppers
from engine.conditions.tree.families.figures import AmountLeaf
from engine.conditions.tree.leaf import About, LookedAt
from engine.wording import gettext_noop


class AverageOrderLeaf(AmountLeaf, frozen=True, tag="average_order"):
    """The shopper’s average order is worth at least, or at most, an amount."""

    type: ClassVar[str] = "average_order"
    label: ClassVar[str] = gettext_noop("Average order value")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("facts",)
    says: ClassVar[Mapping[str, str]] = {
        "at_least": gettext_noop("with an average order of at least %(amount)s"),
        "at_most": gettext_noop("with an average order of at most %(amount)s"),
    }

    @classmethod
    def amount_in(cls, circumstances: Circumstances, currency: str) -> int | None:
        """Return the amount, None if it is not known or is of another currency."""
        shopper = circumstances.shopper
        if shopper is None or shopper.currency != currency:
            return None
        return shopper.average_order_minor

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the amount with its currency."""
        shopper = circumstances.shopper
        return None if shopper is None else (shopper.currency, shopper.average_order_minor)

    @classmethod
    def amounts_of(cls, shoppers: Shoppers) -> Ints:
        """Return the average order of each customer."""
        return shoppers.average_order

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the amount by its currency."""
        shopper = circumstances.shopper
        if shopper is None or shopper.average_order_minor is None:
            return ()
        return ((shopper.currency, shopper.average_order_minor),)
