"""Quantity tiers: buy more, pay less each."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE
from engine.pricing.cart import PricingProduct
from engine.pricing.claim import Claim, Missing
from engine.pricing.lines import CanonicalLines, Line, Roles
from engine.pricing.offer import Need, PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, Stock, Take, count
from engine.pricing.selector import Selector
from engine.pricing.tiers import Tiers, UnitOrder

Counting = Literal["product", "set", "category"]


class QuantityTerms(Terms, Struct, frozen=True, tag="quantity"):
    """Buy more, pay less each.

    Units are counted by product, over the whole selection, or for each of the selection's categories
    (where it names none: each product's own). Where their prices differ, the deeper tiers apply to the
    cheaper or to the more expensive units.
    """

    products: Selector
    tiers: Tiers
    counting: Counting = "product"
    order: UnitOrder = "cheapest_first"

    ignores_taken = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return the products that are counted."""
        return (self.products,)

    @property
    def need(self) -> Need:
        """Return the units that reach the first tier."""
        return Need(self.tiers.first_quantity, self.products, together=self.counting == "set")

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        """Claim the tiers of each group of units that is counted together.

        Where no group reaches a tier, what the nearest one lacks is missing.
        """
        claimed = Claim()
        first = lacking = self.tiers.steps[0].from_quantity
        for rows in _groups(self, roles[0], prices.lines):
            # The units that get the deeper tiers come last.
            descending = self.order == "cheapest_first"
            pool = prices.pool(rows, descending=descending, of_list=offer.base == "list")
            units = count(pool)
            if units < first:
                lacking = min(lacking, first - units)
                continue
            claimed.takes += self._at_tiers(pool, units, offer, prices)
        if not claimed.takes:
            claimed.missing = (Missing("units", lacking, self.products),)
        return claimed

    def _at_tiers(
        self, pool: list[Stock], units: int, offer: PricingOffer, prices: RunningPrices
    ) -> list[Take]:
        """Take all units of a group, each at its tier: the deeper tiers come last in `Tiers.counts`."""
        tiers = self.tiers
        takes: list[Take] = []
        for place, quantity in enumerate(tiers.counts(units)):
            if quantity:
                benefit = tiers.steps[place - 1].benefit if place else LIST_PRICE
                takes += prices.draw(pool, quantity, benefit, offer.base, place)
                if not place and tiers.ends_in_tier(units):
                    for take in takes:
                        take.needed = True
        return takes

    def release(self, claim: Claim, prices: RunningPrices) -> None:
        """Let go of the units that save nothing, except those without which others would lose their tier.

        Of these, units that are further from a better tier are held first.
        """
        groups: dict[int, list[Take]] = {}
        for take in claim.takes:
            groups.setdefault(group_of(self, prices.lines[take.line].product), []).append(take)
        for takes in groups.values():
            others = _units_needed(self.tiers, takes) - sum([take.gaining for take in takes])
            for take in takes:
                held = min(take.quantity - take.gaining, others)
                take.quantity = take.gaining + held
                others -= held
        claim.takes = [take for take in claim.takes if take.quantity]

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products."""
        return replace(self, products=self.products.narrowed(products))


def _groups(terms: QuantityTerms, rows: list[int], lines: Sequence[Line]) -> Iterable[list[int]]:
    if terms.counting == "set" or len(rows) == 1:
        return [rows]
    groups: dict[int, list[int]] = {}
    for row in rows:
        groups.setdefault(group_of(terms, lines[row].product), []).append(row)
    return groups.values()


def _units_needed(tiers: Tiers, takes: Sequence[Take]) -> int:
    """Return the fewest units with which as many units as now get something off at each tier."""
    gaining = [0] * (len(tiers.steps) + 1)
    for take in takes:
        gaining[take.tier] += take.gaining
    if not any(gaining):
        return 0
    needed = sum([take.quantity for take in takes])
    while all(count >= wanted for count, wanted in zip(tiers.counts(needed - 1), gaining, strict=True)):
        needed -= 1
    return needed


def group_of(terms: QuantityTerms, product: PricingProduct) -> int:
    """Return the key of the units that are counted together with the product's."""
    if terms.counting == "set":
        return 0
    if terms.counting == "product":
        return product.id
    named = terms.products.categories.intersection(product.categories)
    # Each product is in one group: the first of the named categories on its way to the root.
    own = (category for category in product.categories if not named or category in named)
    return next(own, 0)
