"""The shopper’s average order is worth at least, or at most, an amount."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.shopper import ShopperFacts
from engine.conditions.shoppers import Ints, Shoppers
from engine.conditions.tree.families.figures import ShopperAmountLeaf
from engine.wording import gettext_noop


class AverageOrderLeaf(ShopperAmountLeaf, frozen=True, tag="average_order"):
    """The shopper’s average order is worth at least, or at most, an amount."""

    type: ClassVar[str] = "average_order"
    label: ClassVar[str] = gettext_noop("Average order value")
    says: ClassVar[Mapping[str, str]] = {
        "at_least": gettext_noop("with an average order of at least %(amount)s"),
        "at_most": gettext_noop("with an average order of at most %(amount)s"),
    }

    @classmethod
    def amount_of(cls, shopper: ShopperFacts) -> int | None:
        """Return the average order."""
        return shopper.average_order_minor

    @classmethod
    def amounts_of(cls, shoppers: Shoppers) -> Ints:
        """Return the average order of each customer."""
        return shoppers.average_order
