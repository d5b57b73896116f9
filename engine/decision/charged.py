"""What a cart is charged, unit by unit, as far as a decision needs it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from engine.pricing import Cart, PricedCart, PricedUnits, PricingCartLine
from engine.snapshot.gates import OpenOffers


class Charged(Struct, frozen=True):
    """The units of a cart and what they cost together, in minor units; gifts are left out."""

    units: Sequence[PricedUnits]
    total_minor: int
    discount_minor: int

    def cost_of(self, product: int, quantity: int) -> int | None:
        """Return what the cheapest units of the product cost; None if there are not as many."""
        total_minor = 0
        for one in sorted([one for one in self.units if one.product == product], key=_price_of):
            taken = min(one.quantity, quantity)
            total_minor += taken * one.unit_minor
            quantity -= taken
        return None if quantity else total_minor


class Now(Struct):
    """What page and cart hold in one currency, before anything is accepted.

    `lines` are its units as the pricing core takes them, `offers` those that concern it. `charged` keeps what
    the units cost under a set of offers. `doing_nothing` are the offers that are open to it and see too few
    units, None until somebody asks.
    """

    units: dict[int, int]
    lines: list[PricingCartLine]
    offers: OpenOffers
    charged: dict[int, Charged]
    doing_nothing: int | None = None


def _price_of(units: PricedUnits) -> int:
    return units.unit_minor


def charged_for(units: Sequence[PricedUnits]) -> Charged:
    """Return the units with their sums."""
    total_minor = sum([one.unit_minor * one.quantity for one in units])
    return Charged(units, total_minor, sum([one.list_minor * one.quantity for one in units]) - total_minor)


def units_less(cart: Cart, off: Mapping[int, int]) -> list[PricedUnits]:
    """Return the units of a cart without options, each at its list price less what is `off` its product."""
    return [
        PricedUnits(
            line.product.id,
            line.quantity,
            line.product.list_minor - off.get(line.product.id, 0),
            line.product.list_minor,
        )
        for line in cart.lines
    ]


def units_of(priced: PricedCart) -> list[PricedUnits]:
    """Return the units of a priced cart without its gifts."""
    return [
        PricedUnits(line.product, one.quantity, one.unit_minor, line.list_unit_minor)
        for line in priced.lines
        if line.gift_of is None
        for one in line.units
    ]
