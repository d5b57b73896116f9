"""What every condition has in common."""

from collections.abc import Hashable
from typing import ClassVar, Literal

from msgspec import Struct

from engine.conditions.circumstances import Circumstances

Subject = Literal["offer", "shopper", "cart"]


class Condition(Struct, frozen=True):
    """One requirement of an offer.

    `name` names it in explanations, `reason` in a quote's outcome. `subject` is what it looks at: only one on
    the cart may look at products, categories and subtotals, and a preview ignores those on the offer itself.
    One that `bars` keeps the offer from a cart by itself; the others are asked later.
    Offers with equal conditions are grouped, so its values must be hashable: a tuple, never a list.
    """

    name: ClassVar[str]
    reason: ClassVar[str]
    subject: ClassVar[Subject]
    bars: ClassVar[bool] = True

    @property
    def grows(self) -> bool:
        """Tell whether it holds for every cart that holds more than one for which it holds."""
        return False

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the offer may apply."""
        raise NotImplementedError

    @staticmethod
    def facts(circumstances: Circumstances) -> Hashable:
        """Return the part of the circumstances that `holds` depends on: equal facts give equal answers."""
        raise NotImplementedError
