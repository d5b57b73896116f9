"""What is proposed, to whom, and what came of it."""

from offers.models.apikey import ApiKey, ApiKeyKind
from offers.models.customer import Customer, CustomerHistory
from offers.models.event import Event, EventType
from offers.models.generation import (
    Generation,
    OverrideAction,
    PartnerOverride,
    PopularProducts,
    ProductPartners,
)
from offers.models.offer import Audience, CuratedProduct, Offer, OfferKind, OfferStrategy, StrategyCode
from offers.models.placement import Placement

__all__ = [
    "ApiKey",
    "ApiKeyKind",
    "Audience",
    "CuratedProduct",
    "Customer",
    "CustomerHistory",
    "Event",
    "EventType",
    "Generation",
    "Offer",
    "OfferKind",
    "OfferStrategy",
    "OverrideAction",
    "PartnerOverride",
    "Placement",
    "PopularProducts",
    "ProductPartners",
    "StrategyCode",
]
