"""A priced cart: its lines, what each offer did, and the totals."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from engine.pricing.claim import Cut, Missing

Status = Literal["applied", "not_yet", "superseded", "limit_reached", "expired", "not_eligible"]


class UnitPrice(Struct, frozen=True, gc=False):
    """Units of a line that cost the same, in minor units: `unit_minor` is list price - discount."""

    quantity: int
    unit_minor: int
    discount_minor: int


class PricedLine(Struct, frozen=True, gc=False):
    """All equal units of the cart. `total_minor` is list - discount, with or without tax like the prices.

    `taken` is what each offer took off, by offer id. `parent` is the place of the line whose option this is,
    `gift_of` the offer that gives it. net + tax = gross, and the total is net or gross.
    """

    product: int
    quantity: int
    interval_days: int
    cycle: int
    options: tuple[tuple[int, int], ...]
    parent: int | None
    gift_of: int | None
    list_unit_minor: int
    list_minor: int
    discount_minor: int
    total_minor: int
    units: tuple[UnitPrice, ...]
    taken: Mapping[int, int]
    net_minor: int
    tax_minor: int
    gross_minor: int


class PricingOutcome(Struct, frozen=True, gc=False):
    """What became of one offer.

    `discount_minor` is the sum of `lines`, pairs of a line's place and what the offer took there.
    `missing` is what the cart lacks (not_yet), `by` the offer that applies instead (superseded), `reason` why
    it is not eligible, `cuts` what limited its discount. `accepted` are the units, by product, that it
    applies to because the shopper accepted them.
    """

    offer: int
    status: Status
    discount_minor: int = 0
    lines: tuple[tuple[int, int], ...] = ()
    missing: tuple[Missing, ...] = ()
    by: int | None = None
    reason: str | None = None
    cuts: tuple[Cut, ...] = ()
    times: int = 0
    free_shipping: bool = False
    accepted: tuple[tuple[int, int], ...] = ()


class PricedCart(Struct, frozen=True):
    """The answer: amounts in the cart's minor units, `outcomes` by offer id.

    Only offers that see something in the cart have an outcome here; `outcome_of` answers for all.
    """

    lines: tuple[PricedLine, ...]
    outcomes: Mapping[int, PricingOutcome]
    list_minor: int
    discount_minor: int
    total_minor: int
    net_minor: int
    tax_minor: int
    gross_minor: int
    free_shipping: bool

    def outcome_of(self, offer: int) -> PricingOutcome:
        """Return what became of the offer; one that sees nothing in the cart is not eligible."""
        return self.outcomes.get(offer) or PricingOutcome(offer, "not_eligible", reason="not_in_cart")
