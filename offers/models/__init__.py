"""Offers, placements, customers, events and the results of the statistics."""

from offers.models.arm import Arm, ArmOffer, ArmRanking
from offers.models.attribute import (
    MAX_TEXT_LENGTH,
    WITH_CHOICES,
    AttributeChoice,
    AttributeType,
    CustomerAttribute,
)
from offers.models.audience import Audience, AudienceCount
from offers.models.bandit import BanditDay
from offers.models.behaviour import BehaviourSender
from offers.models.board import BoardEntry, ReservedSlot
from offers.models.changed_day import ChangedDay
from offers.models.code_batch import BatchState, CodeAlphabet, CodeBatch, GeneratedCode
from offers.models.context import ContextValue, ContextValueType
from offers.models.customer import Customer, CustomerHistory
from offers.models.deletion import DeletionPause, Lost
from offers.models.event import COUNTED, LEADS, OPEN, DeclineReason, Event, EventType, Exclusion
from offers.models.exclusion import Effect, ProductExclusion
from offers.models.experiment import (
    WHOLE,
    Division,
    Experiment,
    GuardrailMetric,
    LifecycleState,
    MultipleTesting,
    Phase,
    PrimaryMetric,
)
from offers.models.facts import CustomerFacts, IntervalSource, ProductFacts, Segment
from offers.models.generation import (
    Generation,
    OverrideAction,
    PartnerOverride,
    PopularProducts,
    ProductPartners,
)
from offers.models.holdout import HoldoutGroups
from offers.models.ledger import PersonLedger
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
from offers.models.placement import MAX_SLOTS, AfterDecline, FillIns, Placement, RankBy
from offers.models.restraint import (
    Channel,
    CountedOutcome,
    PausedScope,
    QuietPeriod,
    RestraintCap,
    RestraintPolicy,
)
from offers.models.rules import Lane, LaneMode, OfferVersion, PromotionCode
from offers.models.signals import (
    ALL_CHANNELS,
    MAX_ANSWERS,
    ConsentPurpose,
    ConsentStatement,
    Inquiry,
    SurveyAnswer,
)
from offers.models.sources import CuratedProduct, OfferStrategy, StrategyCode

__all__ = [
    "ALL_CHANNELS",
    "COUNTED",
    "LEADS",
    "MAX_ANSWERS",
    "MAX_SLOTS",
    "MAX_TEXT_LENGTH",
    "OPEN",
    "WHOLE",
    "WITH_CHOICES",
    "AfterDecline",
    "Arm",
    "ArmOffer",
    "ArmRanking",
    "AttributeChoice",
    "AttributeType",
    "Audience",
    "AudienceCount",
    "AudienceScope",
    "BanditDay",
    "BatchState",
    "BehaviourSender",
    "BoardEntry",
    "BundleScope",
    "ChangedDay",
    "Channel",
    "CodeAlphabet",
    "CodeBatch",
    "ConsentPurpose",
    "ConsentStatement",
    "ContextValue",
    "ContextValueType",
    "CountedOutcome",
    "CuratedProduct",
    "Customer",
    "CustomerAttribute",
    "CustomerFacts",
    "CustomerHistory",
    "DeclineReason",
    "DeletionPause",
    "Division",
    "Effect",
    "Event",
    "EventType",
    "Exclusion",
    "Experiment",
    "FillIns",
    "GeneratedCode",
    "Generation",
    "GuardrailMetric",
    "HoldoutGroups",
    "Inquiry",
    "IntervalSource",
    "Lane",
    "LaneCode",
    "LaneMode",
    "LifecycleState",
    "Lost",
    "MultipleTesting",
    "Offer",
    "OfferStrategy",
    "OfferVersion",
    "OverrideAction",
    "PartnerOverride",
    "PausedScope",
    "PersonLedger",
    "Phase",
    "Placement",
    "PopularProducts",
    "PriceBase",
    "PrimaryMetric",
    "ProductExclusion",
    "ProductFacts",
    "ProductPartners",
    "PromotionCode",
    "Purchase",
    "QuietPeriod",
    "RankBy",
    "RefundPolicy",
    "ReservedSlot",
    "RestraintCap",
    "RestraintPolicy",
    "Segment",
    "StrategyCode",
    "SurveyAnswer",
    "TargetScope",
    "TriggerScope",
    "UnitOrder",
]
