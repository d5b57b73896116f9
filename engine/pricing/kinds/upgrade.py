"""Upgrade: the better product at its benefit, once the shopper takes it instead of the plainer one."""

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.cart import PricingProduct
from engine.pricing.claim import Claim, Missing
from engine.pricing.gains import gaining_first
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, count
from engine.pricing.selector import ACCEPTED, Selector, only_of


class UpgradeTerms(Terms, Struct, frozen=True, tag="upgrade"):
    """Instead of one of `replaces` take one of `products`, at the benefit. It must be accepted."""

    replaces: Selector
    products: frozenset[int]
    benefit: Benefit = LIST_PRICE

    exchanges = True
    ignores_taken = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return what it replaces, and what the shopper accepted instead."""
        return self.replaces, ACCEPTED

    @property
    def changes_prices(self) -> bool:
        """Tell whether there is a benefit."""
        return self.benefit.kind != "none"

    @property
    def missing_alone(self) -> tuple[Missing | None, Missing | None]:
        """Return that acceptance is missing where the cart holds what it replaces."""
        return Missing("acceptance", 1, self.replaces), None

    def rows(self, roles: Roles, _lines: CanonicalLines) -> set[int]:
        """Return the rows of what was accepted."""
        return set(roles[1])

    def claim(self, offer: PricingOffer, roles: Roles, lines: CanonicalLines, prices: RunningPrices) -> Claim:
        """Claim the benefit on the units that came in by the upgrade."""
        accepted = lines.accepted.get(offer.id)
        if not accepted:
            if roles[0]:
                return Claim(missing=(Missing("acceptance", 1, self.replaces),))
            return Claim(reason="nothing_to_replace")
        if self.benefit.kind == "none":
            return Claim(at_list=True)
        claimed = Claim()
        for product in sorted(accepted):
            pool = prices.pool([row for row in roles[1] if prices.lines[row].product.id == product])
            gaining_first(pool, self.benefit, offer, prices)
            units = min(accepted[product], count(pool))
            claimed.takes += prices.draw(pool, units, self.benefit, offer.base)
        return claimed

    def can_exchange(self, replaced: PricingProduct, product: PricingProduct) -> bool:
        """Tell whether it leads from the one product to the other."""
        return product.id in self.products and product.id != replaced.id and self.replaces.sees(replaced)

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products: an upgrade may lead to thousands."""
        return replace(
            self, replaces=self.replaces.narrowed(products), products=only_of(self.products, products)
        )

    def sharing(self, sets: dict[frozenset[int], frozenset[int]]) -> Self:
        """Share the products: all upgrades by ladders lead to the same, and a thousand of them take 65 kB."""
        return replace(self, products=sets.setdefault(self.products, self.products))

    def check(self) -> None:
        """Refuse an upgrade that leads nowhere."""
        if not self.products:
            raise ValueError("an upgrade names the products it leads to")
