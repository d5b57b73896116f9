"""What is proposed, to whom, and what came of it."""

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
    KIND_MODELS,
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
from offers.models.rules import Lane, LaneMode, OfferVersion, PromotionCode
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode

__all__ = [
    "KIND_MODELS",
    "AddOnOffer",
    "AfterLastTier",
    "Audience",
    "BundleOffer",
    "BuyGetOffer",
    "Counting",
    "CrossSellOffer",
    "CuratedProduct",
    "Customer",
    "CustomerFacts",
    "CustomerHistory",
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
