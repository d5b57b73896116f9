"""What a bundle costs, and how its price is split over its parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from engine.pricing.allocation import allocate
from engine.pricing.benefit import Benefit, percent_of, price_with


class PricingBundle(Struct, frozen=True):
    """`parts` (product, quantity ≥ 1, each product once) together at the benefit."""

    parts: tuple[tuple[int, int], ...]
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One part: its list price a unit, in minor units, and how many units belong to the bundle."""

    unit_minor: int
    quantity: int

    @property
    def list_minor(self) -> int:
        """Return what all its units cost at list price."""
        return self.unit_minor * self.quantity


@dataclass(frozen=True, slots=True)
class BundlePrice:
    """A bundle's price in minor units; `line_minor` are the parts' shares of `offer_minor`."""

    list_minor: int
    offer_minor: int
    line_minor: tuple[int, ...]


def price_bundle(lines: Sequence[BundleLine], benefit: Benefit) -> BundlePrice:
    """Price the parts together: 0 ≤ offer ≤ list, and Σ line_minor = offer_minor.

    A percentage is taken off each unit's price, rounded once per unit. An amount off and a fixed price
    apply to the whole bundle; what they save is split over the parts by list price.
    """
    list_minors = [line.list_minor for line in lines]
    whole = sum(list_minors)
    if benefit.kind == "percent":
        discounts = [percent_of(line.unit_minor, benefit.value) * line.quantity for line in lines]
    else:
        discounts = allocate(whole - price_with(benefit, whole), list_minors)
    shares = tuple(full - discount for full, discount in zip(list_minors, discounts, strict=True))
    return BundlePrice(whole, sum(shares), shares)
