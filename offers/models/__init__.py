"""Offers, placements, customers, events and the results of the statistics."""

from offers.models.customer import Customer, CustomerHistory
from offers.models.deletion import DeletionPause, Lost
from offers.models.event import COUNTED, OPEN, DeclineReason, Event, EventType, Exclusion
from offers.models.facts import CustomerFacts, IntervalSource, ProductFacts, Segment
from offers.models.generation import (
    Generation,
    OverrideAction,
    PartnerOverride,
    PopularProducts,
    ProductPartners,
)
from offers.models.ledger import PersonLedger
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
from offers.models.restraint import (
    Channel,
    CountedOutcome,
    PausedScope,
    QuietPeriod,
    RestraintCap,
    RestraintPolicy,
)
from offers.models.rules import Lane, LaneMode, OfferVersion, PromotionCode
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode

__all__ = [
    "COUNTED",
    "OPEN",
    "Audience",
    "BundleScope",
    "Channel",
    "CountedOutcome",
    "CuratedProduct",
    "Customer",
    "CustomerFacts",
    "CustomerHistory",
    "DeclineReason",
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
    "PausedScope",
    "PersonLedger",
    "Placement",
    "PopularProducts",
    "PriceBase",
    "ProductFacts",
    "ProductPartners",
    "PromotionCode",
    "Purchase",
    "QuietPeriod",
    "RefundPolicy",
    "RestraintCap",
    "RestraintPolicy",
    "Segment",
    "StrategyCode",
    "TargetScope",
    "TriggerScope",
    "UnitOrder",
]
