"""Add-on: options on a line, some of them included in its price."""

from typing import Final, Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.cart import PricingProduct
from engine.pricing.claim import Claim, Missing
from engine.pricing.gains import gaining_first
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, Take, count
from engine.pricing.selector import Selector, only_of

FREE: Final = Benefit("percent", 10_000)


class AddOnTerms(Terms, Struct, frozen=True, tag="add_on"):
    """Options on `parents`: `min_count` to `max_count` a unit, the cheapest `included_count` of them free."""

    parents: Selector
    options: frozenset[int]
    min_count: int = 0
    max_count: int | None = None
    included_count: int = 0
    benefit: Benefit = LIST_PRICE

    ignores_taken = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return the products that may have the options."""
        return (self.parents,)

    def rows(self, roles: Roles, lines: CanonicalLines) -> set[int]:
        """Return the rows of all options of the parents; an option has none itself."""
        return {option for parent in roles[0] for option in lines.options.get(parent, ())}

    def claim(self, offer: PricingOffer, roles: Roles, lines: CanonicalLines, prices: RunningPrices) -> Claim:
        """Claim the included options of each parent line, and the benefit on those beyond.

        Counts hold for each unit of the parent. One parent line with too few or too many options keeps the
        offer from all: such a cart is not ready to be sold. An option is never a parent, not even on a line
        of its own and of an offer on everything.
        """
        claimed = Claim(at_list=True)
        if not lines.options and not self.min_count:
            return claimed
        lacking = 0
        for parent in [row for row in roles[0] if self._is_parent(prices, row)]:
            units = prices.lines[parent].quantity
            children = lines.options.get(parent, ())
            ours = [row for row in children if prices.lines[row].product.id in self.options]
            chosen = sum(prices.lines[row].quantity for row in ours) // units
            lacking = max(lacking, self.min_count - chosen)
            if self.max_count is not None and chosen > self.max_count:
                return Claim(reason="too_many_options")
            claimed.takes += _included(self, offer, prices, ours, units * self.included_count)
        if lacking > 0:
            return Claim(missing=(Missing("options", lacking, Selector(self.options)),))
        return claimed

    def _is_parent(self, prices: RunningPrices, row: int) -> bool:
        line = prices.lines[row]
        return line.parent is None and line.product.id not in self.options

    def options_on(self, product: PricingProduct) -> frozenset[int]:
        """Return the options if the product may have them."""
        is_parent = self.parents.sees(product) and product.id not in self.options
        return self.options if is_parent else frozenset()

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products and options."""
        return replace(self, parents=self.parents.narrowed(products), options=only_of(self.options, products))


def _included(
    terms: AddOnTerms, offer: PricingOffer, prices: RunningPrices, rows: list[int], included: int
) -> list[Take]:
    """Take the cheapest options that cost something free, the others at the benefit."""
    pool = prices.pool(rows, of_list=True)
    gaining_first(pool, FREE, offer, prices)
    free = prices.draw(pool, min(included, count(pool)), FREE, offer.base)
    if terms.benefit.kind == "none":
        return free
    return free + prices.draw(pool, count(pool), terms.benefit, offer.base)
