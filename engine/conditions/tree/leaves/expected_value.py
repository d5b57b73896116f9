"""The orders expected of the shopper in the next year are worth at least, or at most, an amount."""

from collections.abc import Hashable, Mapping
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Ints, Part, Shoppers
from engine.conditions.tree.families.figures import AmountLeaf
from engine.conditions.tree.leaf import About, LookedAt
from engine.wording import gettext_noop


class ExpectedValueLeaf(AmountLeaf, frozen=True, tag="expected_value"):
    """The orders expected of the shopper in the next year are worth at least, or at most, an amount."""

    type: ClassVar[str] = "expected_value"
    label: ClassVar[str] = gettext_noop("Expected value in the next year")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("facts",)
    says: ClassVar[Mapping[str, str]] = {
        "at_least": gettext_noop("expected to spend at least %(amount)s in the next year"),
        "at_most": gettext_noop("expected to spend at most %(amount)s in the next year"),
    }

    @classmethod
    def amount_in(cls, circumstances: Circumstances, currency: str) -> int | None:
        """Return the amount, None if it is not known or is of another currency."""
        shopper = circumstances.shopper
        if shopper is None or shopper.currency != currency:
            return None
        return shopper.expected_value_minor

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the amount with its currency."""
        shopper = circumstances.shopper
        return None if shopper is None else (shopper.currency, shopper.expected_value_minor)

    @classmethod
    def amounts_of(cls, shoppers: Shoppers) -> Ints:
        """Return the expected value of each customer."""
        return shoppers.expected_value

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the amount by its currency."""
        shopper = circumstances.shopper
        if shopper is None or shopper.expected_value_minor is None:
            return ()
        return ((shopper.currency, shopper.expected_value_minor),)
