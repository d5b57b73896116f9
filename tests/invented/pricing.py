"""What a case price takes from a cart."""

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing import Benefit, Missing, PricingOffer, Selector, Terms
from engine.pricing.claim import Claim
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.running_prices import RunningPrices, count


class CaseTerms(Terms, Struct, frozen=True, tag="case"):
    """The benefit on the units of whole cases of `case_size`."""

    products: Selector
    case_size: int
    benefit: Benefit

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return what is sold by the case."""
        return (self.products,)

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        """Claim the units of whole cases, or say what is missing to the first."""
        pool = prices.pool(roles[0])
        held = count(pool)
        cases = held // self.case_size
        if not cases:
            return Claim(missing=(Missing("units", self.case_size - held, self.products),))
        takes = prices.draw(pool, cases * self.case_size, self.benefit, offer.base)
        return Claim(takes=takes, times=cases)

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products."""
        return replace(self, products=self.products.narrowed(products))
