"""Offers of the database as the pricing core sees them."""

from django.db.models import QuerySet

from engine.pricing import PricingOffer
from offers.models import Offer
from offers.services.collection.sources import collect_offer_sources
from offers.services.terms import build_pricing_offer


def pricing_offers(*, offers: QuerySet[Offer]) -> list[PricingOffer]:
    """Return the offers that can apply to some cart."""
    built = map(build_pricing_offer, collect_offer_sources(offers))
    return [offer for offer in built if offer is not None]
