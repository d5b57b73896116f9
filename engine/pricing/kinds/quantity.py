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
from engine.pricing.running_prices import RunningPrices, count
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

        A group that reaches a tier takes all its units, those at list price included: they were counted.
        Where no group does, what the nearest one lacks is missing.
        """
        claimed = Claim()
        steps = self.tiers.steps
        first = lacking = steps[0].from_quantity
        for rows in _groups(self, roles[0], prices.lines):
            # The deeper tiers come last in `counts`, so the units that get them come last in the pool.
            dearest = self.order == "cheapest_first"
            pool = prices.pool(rows, dearest=dearest, of_list=offer.base == "list")
            units = count(pool)
            if units < first:
                lacking = min(lacking, first - units)
                continue
            for place, quantity in enumerate(self.tiers.counts(units)):
                if quantity:
                    benefit = steps[place - 1].benefit if place else LIST_PRICE
                    claimed.takes += prices.draw(pool, quantity, benefit, offer.base)
        if not claimed.takes:
            claimed.missing = (Missing("units", lacking, self.products),)
        return claimed

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
