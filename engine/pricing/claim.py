"""What an offer asks for at the running prices of a cart."""

from typing import Literal

from msgspec import Struct

from engine.pricing.cart import PricingProduct
from engine.pricing.running_prices import Take
from engine.pricing.selector import Selector

MissingKind = Literal["spend", "units", "acceptance", "options"]
Cut = Literal["max_discount", "margin_floor", "gift_sold_out"]


class Missing(Struct, frozen=True, gc=False):
    """What the cart lacks: `amount` minor units of spend or units, and of which products."""

    kind: MissingKind
    amount: int
    products: Selector


class Gift(Struct, frozen=True):
    """A product given free as a line of its own, `quantity` ≥ 1."""

    product: PricingProduct
    quantity: int = 1


class Claim(Struct, gc=False):
    """What an offer takes, or why it takes nothing. `times` counts the groups of a repeating offer.

    `saving` is what the shopper saves by it, in minor units, once it is added up; 0 where it takes nothing.
    """

    takes: list[Take] = []
    missing: tuple[Missing, ...] = ()
    reason: str | None = None
    times: int = 1
    gift: Gift | None = None
    free_shipping: bool = False
    at_list: bool = False
    cuts: tuple[Cut, ...] = ()
    saving: int = 0

    @property
    def lines(self) -> set[int]:
        """Return the lines of which it takes units."""
        return {take.line for take in self.takes}

    def release(self) -> None:
        """Let go of the units that get nothing off, unless they are needed."""
        for take in self.takes:
            if take.amount_minor < take.quantity and not take.needed:
                take.quantity = take.gaining
        self.takes = [take for take in self.takes if take.quantity]

    def add_up(self) -> bool:
        """Set the saving: what it takes off, and the gift.

        Return whether some units get nothing off without being needed.
        """
        saving, some_idle = 0, False
        for take in self.takes:
            amount = take.amount_minor
            saving += amount
            if amount < take.quantity and not take.needed:
                some_idle = True
        if self.gift is not None:
            saving += self.gift.product.list_minor * self.gift.quantity
        self.saving = saving
        return some_idle

    def withhold_gift(self) -> None:
        """Leave out the gift, because it is sold out; whatever else the offer gives remains."""
        self.gift, self.at_list = None, False
        self.cuts = (*self.cuts, "gift_sold_out")

    @property
    def holds_at_list(self) -> bool:
        """Tell whether the offer applies without saving anything: at list price, or free shipping."""
        return not self.missing and not self.reason and (self.at_list or self.free_shipping)
