"""Subscription: an introductory price for the first deliveries, then the recurring one."""

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.claim import Claim
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices
from engine.pricing.selector import Selector


class SubscriptionTerms(Terms, Struct, frozen=True, tag="subscription"):
    """`intro` for the first `intro_cycles` deliveries, then `recurring`; `intervals` empty: every one."""

    products: Selector
    recurring: Benefit
    intro: Benefit = LIST_PRICE
    intro_cycles: int = 0
    intervals: frozenset[int] = frozenset()

    only_falls = True
    ignores_taken = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return the products that are delivered."""
        return (self.products,)

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        """Claim, on each subscription line, the benefit of the delivery that is priced."""
        claimed = Claim()
        suits = False
        for row in roles[0]:
            line = prices.lines[row]
            if self.intervals and line.interval_days not in self.intervals:
                continue
            suits = True
            benefit = self.benefit_of(line.cycle)
            if benefit.kind == "none":
                claimed.at_list = True
                continue
            claimed.takes += prices.take_all([row], benefit, offer.base)
        if not suits:
            claimed.reason = "interval"
        return claimed

    def benefit_of(self, cycle: int) -> Benefit:
        """Return the benefit of delivery number `cycle`, the first being 1."""
        return self.intro if cycle <= self.intro_cycles else self.recurring

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products."""
        return replace(self, products=self.products.narrowed(products))
