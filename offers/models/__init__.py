"""Offers, placements, customers, events and the results of the statistics."""

from offers.models.context import ContextValue, ContextValueType
from offers.models.customer import Customer, CustomerHistory
from offers.models.deletion import DeletionPause, Lost
from offers.models.event import COUNTED, OPEN, Event, EventType, Exclusion
from offers.models.facts import CustomerFacts, IntervalSource, ProductFacts, Segment
from offers.models.generation import (
    Generation,
    OverrideAction,
    PartnerOverride,
    PopularProducts,
    ProductPartners,
)
from offers.models.offer import (
    Audience,
    BundleScope,
    LaneCode,
    Offer,
    PriceBase,
    Purchase,
    RefundPolicy,
    TargetScope,
    TriggerScope,
    UnitOrder,
)
from offers.models.placement import Placement
from offers.models.rules import Lane, LaneMode, OfferVersion, PromotionCode
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode

__all__ = [
    "COUNTED",
    "OPEN",
    "Audience",
    "BundleScope",
    "ContextValue",
    "ContextValueType",
    "CuratedProduct",
    "Customer",
    "CustomerFacts",
    "CustomerHistory",
    "DeletionPause",
    "Event",
    "EventType",
    "Exclusion",
    "Generation",
    "IntervalSource",
    "Lane",
    "LaneCode",
    "LaneMode",
    "Lost",
    "Offer",
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
    "RefundPolicy",
    "Segment",
    "StrategyCode",
    "TargetScope",
    "TriggerScope",
    "UnitOrder",
]
