"""Offers, placements, customers, events and the results of the statistics."""

from offers.models.attribute import (
    MAX_TEXT_LENGTH,
    WITH_CHOICES,
    AttributeChoice,
    AttributeType,
    CustomerAttribute,
)
from offers.models.audience import Audience, AudienceCount
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
    AudienceScope,
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
from offers.models.signals import ALL_CHANNELS, Consent, ConsentPurpose, Inquiry, SurveyAnswer
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode
from offers.models.visitor import Visitor

__all__ = [
    "ALL_CHANNELS",
    "COUNTED",
    "MAX_TEXT_LENGTH",
    "OPEN",
    "WITH_CHOICES",
    "AttributeChoice",
    "AttributeType",
    "Audience",
    "AudienceCount",
    "AudienceScope",
    "BundleScope",
    "Consent",
    "ConsentPurpose",
    "ContextValue",
    "ContextValueType",
    "CuratedProduct",
    "Customer",
    "CustomerAttribute",
    "CustomerFacts",
    "CustomerHistory",
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
    "SurveyAnswer",
    "TargetScope",
    "TriggerScope",
    "UnitOrder",
    "Visitor",
]
