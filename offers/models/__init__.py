"""Offers, placements, customers, events and the results of the statistics."""

from offers.models.attribute import (
    MAX_TEXT_LENGTH,
    WITH_CHOICES,
    AttributeChoice,
    AttributeType,
    CustomerAttribute,
)
from offers.models.behaviour import BehaviourSender
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
from offers.models.signals import ALL_CHANNELS, ConsentPurpose, ConsentStatement, Inquiry, SurveyAnswer
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode

__all__ = [
    "ALL_CHANNELS",
    "COUNTED",
    "MAX_TEXT_LENGTH",
    "OPEN",
    "WITH_CHOICES",
    "AttributeChoice",
    "AttributeType",
    "Audience",
    "BehaviourSender",
    "BundleScope",
    "Channel",
    "ConsentPurpose",
    "ConsentStatement",
    "CountedOutcome",
    "CuratedProduct",
    "Customer",
    "CustomerAttribute",
    "CustomerFacts",
    "CustomerHistory",
    "DeclineReason",
    "DeletionPause",
    "Event",
    "EventType",
    "Exclusion",
    "Generation",
    "Inquiry",
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
    "SurveyAnswer",
    "TargetScope",
    "TriggerScope",
    "UnitOrder",
]
