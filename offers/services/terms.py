"""Offers as the pricing core sees them; the terms are for their kinds to say.

The ids of products, categories and offers are primary keys here, so that what was priced means the same
in every later snapshot.
"""

from typing import Any

from engine.pricing import PricingOffer
from offers.kinds.registry import kind_of
from offers.services.conditions import schedule_of
from offers.services.source import OfferSource


def build_pricing_offer(source: OfferSource[Any]) -> PricingOffer | None:
    """Return the offer as the core prices it; None while it names too little to apply to anything.

    Such are an offer that is restricted to products of which none is left, tiers without a tier, a bundle
    offer without bundles. Raises ValueError for tiers that do not rise.
    """
    if source.has_nothing_left:
        return None
    terms = kind_of(source.kind).terms(source)
    if terms is None:
        return None
    return PricingOffer(
        id=source.id,
        terms=terms,
        lane=source.lane,
        priority=source.priority,
        purchase=source.purchase,
        base=source.price_base,
        excludes=source.excludes,
        max_discount_minor=source.max_discount_minor,
        margin_basis_points=source.margin_floor_bp,
        currency=source.currency,
        schedule=schedule_of(source),
    )
