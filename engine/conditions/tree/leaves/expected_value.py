"""The orders expected of the shopper in the next year are worth at least, or at most, an amount."""

from collections.abc import Mapping
from typing import ClassVar

from engine.conditions.shopper import ShopperFacts
from engine.conditions.shoppers import Ints, Shoppers
from engine.conditions.tree.families.figures import ShopperAmountLeaf
from engine.wording import gettext_noop


class ExpectedValueLeaf(ShopperAmountLeaf, frozen=True, tag="expected_value"):
    """The orders expected of the shopper in the next year are worth at least, or at most, an amount."""

    type: ClassVar[str] = "expected_value"
    label: ClassVar[str] = gettext_noop("Expected value in the next year")
    says: ClassVar[Mapping[str, str]] = {
        "at_least": gettext_noop("expected to spend at least %(amount)s in the next year"),
        "at_most": gettext_noop("expected to spend at most %(amount)s in the next year"),
    }

    @classmethod
    def amount_of(cls, shopper: ShopperFacts) -> int | None:
        """Return the expected value."""
        return shopper.expected_value_minor

    @classmethod
    def amounts_of(cls, shoppers: Shoppers) -> Ints:
        """Return the expected value of each customer."""
        return shoppers.expected_value
