"""The carts that show best what an offer does: what the examples of all kinds are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog.services.amounts import money
from engine.pricing import Acceptance, PricingCartLine, PricingOffer
from offers.services.samples import SampleProduct, SampleProducts
from offers.services.source import OfferSource

# More rows than this say no more; more units than this take longer than a person waits.
MAX_ROWS = 12
MAX_UNITS = 999
FEW_UNITS = 99
FEW = 5
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Scenario:
    """A cart, what the shopper accepted, and its label; `is_lead` makes the sentence above the rows."""

    label: str
    lines: tuple[PricingCartLine, ...]
    accepted: tuple[Acceptance, ...] = ()
    is_lead: bool = False
    # What an upgrade replaces.
    instead_of: SampleProduct | None = None


# Returns the carts to price, at least one; IncompleteOfferError says what the offer lacks.
Scenarios = Callable[[OfferSource[Any], PricingOffer, SampleProducts], list[Scenario]]


def units(product: SampleProduct, count: int) -> str:
    """Return "3 × ¥1,000"."""
    return f"{count} × {money(product.price_minor, product.currency)}"


def line(product: SampleProduct, count: int = 1) -> PricingCartLine:
    """Return units of a product as a line of a cart."""
    return PricingCartLine(product.facts, count)


def together(*parts: tuple[SampleProduct, int]) -> str:
    """Return "2 × Sencha + Yokan"."""
    return " + ".join(product.name if count == 1 else f"{count} × {product.name}" for product, count in parts)


def besides(source: OfferSource[Any], product: SampleProduct, samples: SampleProducts) -> list[SampleProduct]:
    """Return what the cart needs in addition, for the discount to apply to."""
    target = source.discounted
    if target is None or target.sees(product.facts):
        return []
    return samples.take(target)
