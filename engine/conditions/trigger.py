"""What must be on the page or in the cart."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject


class Trigger(Condition, frozen=True, tag="trigger"):
    """One of the products, or a product of one of the categories, is on the page or in the cart."""

    name: ClassVar[str] = "trigger"
    reason: ClassVar[str] = "trigger"
    subject: ClassVar[Subject] = "cart"

    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()

    @property
    def grows(self) -> bool:
        """Return that a cart that holds more meets it too."""
        return True

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether there is such a product."""
        return not (
            self.products.isdisjoint(circumstances.products)
            and self.categories.isdisjoint(circumstances.categories)
        )

    @staticmethod
    def facts(circumstances: Circumstances) -> Hashable:
        """Return the products and the categories."""
        return frozenset(circumstances.products), frozenset(circumstances.categories)
