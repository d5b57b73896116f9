"""How buy X get Y is read, and what it means to pricing."""

from msgspec import Struct

from engine import pricing
from engine.pricing.kinds.buy_get import BuyGetTerms
from offers.services.source import OfferSource


class BuyGetValues(Struct, frozen=True):
    """The columns of the kind."""

    buy_count: int
    get_count: int
    unit_order: pricing.UnitOrder


def terms(source: OfferSource[BuyGetValues]) -> BuyGetTerms:
    """Return what is bought and what the shopper gets; the same products, unless the offer says otherwise."""
    return BuyGetTerms(
        buy=source.triggers,
        buy_count=source.own.buy_count,
        get=source.discounted or source.triggers,
        get_count=source.own.get_count,
        benefit=source.benefit,
        max_times=source.max_times,
        order=source.own.unit_order,
    )
