"""What is proposed, to whom, and what came of it."""

from offers.models.apikey import ApiKey, ApiKeyKind
from offers.models.customer import Customer, CustomerHistory
from offers.models.event import Event, EventType
from offers.models.facts import CustomerFacts, IntervalSource, ProductFacts, Segment
from offers.models.generation import (
    Generation,
    OverrideAction,
    PartnerOverride,
    PopularProducts,
    ProductPartners,
)
from offers.models.kinds import (
    AddOnOffer,
    AfterLastTier,
    BundleOffer,
    BuyGetOffer,
    Counting,
    CrossSellOffer,
    Measure,
    QuantityOffer,
    QuantityTier,
    SubscriptionOffer,
    ThresholdBase,
    ThresholdOffer,
    TierMode,
    UnitOrder,
    UpgradeOffer,
)
from offers.models.offer import (
    Audience,
    LaneCode,
    Offer,
    OfferKind,
    PriceBase,
    Purchase,
    RefundPolicy,
)
from offers.models.placement import Placement
from offers.models.rules import CustomerUsage, Lane, LaneMode, OfferUsage, OfferVersion, PromotionCode
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode

__all__ = [
    "AddOnOffer",
    "AfterLastTier",
    "ApiKey",
    "ApiKeyKind",
    "Audience",
    "BundleOffer",
    "BuyGetOffer",
    "Counting",
    "CrossSellOffer",
    "CuratedProduct",
    "Customer",
    "CustomerFacts",
    "CustomerHistory",
    "CustomerUsage",
    "Event",
    "EventType",
    "Generation",
    "IntervalSource",
    "Lane",
    "LaneCode",
    "LaneMode",
    "Measure",
    "Offer",
    "OfferKind",
    "OfferStrategy",
    "OfferUsage",
    "OfferVersion",
    "OverrideAction",
    "PartnerOverride",
    "Placement",
    "PopularProducts",
    "PriceBase",
    "ProductFacts",
    "ProductPartners",
    "PromotionCode",
    "Purchase",
    "QuantityOffer",
    "QuantityTier",
    "RefundPolicy",
    "Segment",
    "StrategyCode",
    "SubscriptionOffer",
    "ThresholdBase",
    "ThresholdOffer",
    "TierMode",
    "UnitOrder",
    "UpgradeOffer",
]
