"""How often, and for how much money, an offer may be used."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances, Used
from engine.conditions.condition import Condition, Subject

UNUSED = Used()


class UsageLimits(Condition, frozen=True, tag="limits"):
    """Something is left of the offer's uses, of this customer's uses and of its budget; None: no limit.

    The uses of a shopper who is not known cannot be counted: such a shopper may use an offer with a limit for
    each customer only if the shop allows it (`is_for_guests`).
    """

    name: ClassVar[str] = "limits"
    reason: ClassVar[str] = "limit_reached"
    subject: ClassVar[Subject] = "shopper"
    # What is left is asked once the discounts are known.
    bars: ClassVar[bool] = False

    offer: int
    uses: int | None = None
    uses_per_customer: int | None = None
    budget_minor: int | None = None
    is_for_guests: bool = False

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether something is left for this shopper, as far as the counters are known."""
        if self.needs_customer and not circumstances.is_known:
            return False
        used = circumstances.used.get(self.offer, UNUSED)
        return self.allows(used, circumstances.own_uses.get(self.offer, 0))

    @property
    def needs_customer(self) -> bool:
        """Tell whether only shoppers who are known may use the offer."""
        return self.uses_per_customer is not None and not self.is_for_guests

    def allows(self, used: Used, own_uses: int, discount_minor: int = 0) -> bool:
        """Return whether one more use is left, and enough of the budget for this discount."""
        if self.uses is not None and used.uses >= self.uses:
            return False
        if self.uses_per_customer is not None and own_uses >= self.uses_per_customer:
            return False
        return self.budget_minor is None or max(discount_minor, 1) <= self.budget_minor - used.spent_minor

    @staticmethod
    def facts(circumstances: Circumstances) -> Hashable:
        """Return the counters that are known, and whether the shopper is."""
        own = frozenset(circumstances.own_uses.items())
        return frozenset(circumstances.used.items()), own, circumstances.is_known
