"""How often, and for how much money, an offer may be used."""

from typing import ClassVar

from engine.conditions.circumstances import Circumstances, Used
from engine.conditions.condition import Condition, Subject


class UsageLimits(Condition, frozen=True, tag="limits"):
    """Something is left of the offer's uses, of this customer's uses and of its budget; None: no limit."""

    name: ClassVar[str] = "limits"
    reason: ClassVar[str] = "limit_reached"
    subject: ClassVar[Subject] = "shopper"

    offer: int
    uses: int | None = None
    uses_per_customer: int | None = None
    budget_minor: int | None = None

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether something is left, as far as the counters are known."""
        used = circumstances.used.get(self.offer)
        return used is None or self.allows(used)

    def allows(self, used: Used, discount_minor: int = 0) -> bool:
        """Return whether one more use is left, and enough of the budget for this discount."""
        if self.uses is not None and used.uses >= self.uses:
            return False
        if self.uses_per_customer is not None and used.own_uses >= self.uses_per_customer:
            return False
        return self.budget_minor is None or max(discount_minor, 1) <= self.budget_minor - used.spent_minor

    @staticmethod
    def facts(circumstances: Circumstances) -> frozenset[tuple[int, Used]]:
        """Return the counters that are known."""
        return frozenset(circumstances.used.items())
