"""Threshold: from a spend or a number of units on, a percentage, an amount, a gift or free shipping."""

from typing import Literal, Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.claim import Claim, Gift, Missing
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, spread
from engine.pricing.selector import EVERYTHING, Selector

Measure = Literal["spend", "quantity"]
ThresholdBase = Literal["lane_entry", "running"]


class ThresholdTerms(Terms, Struct, frozen=True, tag="threshold"):
    """From `at_least` (minor units or units of `counted`) on: a benefit on `target`, a gift, free shipping.

    A percentage is taken off each unit, an amount off the target as a whole. `target` None is what is
    counted. Spend is measured at the prices with which the lane began, or at the running ones.
    """

    measure: Measure
    at_least: int
    counted: Selector = EVERYTHING
    target: Selector | None = None
    benefit: Benefit = LIST_PRICE
    gift: Gift | None = None
    free_shipping: bool = False
    base: ThresholdBase = "lane_entry"

    only_falls = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return what is counted, and what gets the benefit."""
        return self.counted, self.counted if self.target is None else self.target

    def rows(self, roles: Roles, _lines: CanonicalLines) -> set[int]:
        """Return the rows that are discounted, and those that are counted while their prices fall."""
        counted = roles[0] if self.base == "running" else []
        return set(counted) if self.benefit.kind == "none" else {*roles[1], *counted}

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        """Claim the reward once enough is spent or bought; what is counted is not used up by it."""
        lacking = self.at_least - _measured(self, roles[0], prices)
        if lacking > 0:
            kind: Literal["spend", "units"] = "spend" if self.measure == "spend" else "units"
            return Claim(missing=(Missing(kind, lacking, self.counted),))
        claimed = Claim(gift=self.gift, free_shipping=self.free_shipping)
        if self.benefit.kind == "none":
            claimed.at_list = True
            return claimed
        if self.target is not None and not roles[1]:
            claimed.missing = (Missing("units", 1, self.target),)
        elif self.benefit.kind == "percent":
            claimed.takes = prices.take_all(roles[1], self.benefit, offer.base)
        else:
            takes = prices.take_all(roles[1], LIST_PRICE, offer.base)
            cost = sum(prices.price(take) * take.quantity for take in takes)
            claimed.takes = spread(takes, min(self.benefit.value, cost), prices.price)
        return claimed

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products."""
        target = None if self.target is None else self.target.narrowed(products)
        return replace(self, counted=self.counted.narrowed(products), target=target)

    def check(self) -> None:
        """Refuse a fixed price: it would be the price of nothing in particular."""
        if self.benefit.kind == "fixed":
            raise ValueError("a threshold gives a percentage or an amount off, no fixed price")


def _measured(terms: ThresholdTerms, rows: list[int], prices: RunningPrices) -> int:
    """Return the spend in minor units, or the number of units; options are spend, but no units."""
    if terms.measure == "quantity":
        return sum(prices.lines[row].quantity for row in rows if prices.lines[row].parent is None)
    if terms.base == "lane_entry":
        return sum(map(prices.entry.__getitem__, rows))
    return sum(prices.total(row) for row in rows)
