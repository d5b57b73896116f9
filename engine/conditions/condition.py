"""What every condition has in common."""

from collections.abc import Hashable
from typing import ClassVar

from msgspec import Struct

from engine.conditions.circumstances import Circumstances


class Condition(Struct, frozen=True):
    """One requirement of an offer.

    `name` names it in explanations, `reason` in a quote's outcome. `is_about_offer` says that it looks at the offer
    itself and not at the shopper or the cart: a preview ignores it.
    """

    name: ClassVar[str]
    reason: ClassVar[str]
    is_about_offer: ClassVar[bool] = False

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the offer may apply."""
        raise NotImplementedError

    @staticmethod
    def facts(circumstances: Circumstances) -> Hashable:
        """Return the part of the circumstances that `holds` depends on: equal facts give equal answers."""
        raise NotImplementedError
