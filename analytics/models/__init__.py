"""Recompute runs, counts and patterns for reports, the decision journal, and results of experiments."""

from analytics.models.experiment_result import ExperimentResult
from analytics.models.held_back import HeldBackCount, HeldBackScope
from analytics.models.journal import (
    JournalContext,
    JournaledDecision,
    JournaledSlot,
    JournalFile,
    JournalOffer,
    JournalShopper,
    ShopperKind,
)
from analytics.models.patterns import (
    PatternDimension,
    PatternFinding,
    PatternOutcome,
    PatternScope,
    PatternSearch,
)
from analytics.models.run import RecomputeRun, RunState, RunTrigger
from analytics.models.totals import (
    ALL_HOURS,
    EVERYBODY,
    ORDERS,
    DailyExclusion,
    DailyExposure,
    DailyResult,
    DailySales,
    DailyTotal,
)

__all__ = [
    "ALL_HOURS",
    "EVERYBODY",
    "ORDERS",
    "DailyExclusion",
    "DailyExposure",
    "DailyResult",
    "DailySales",
    "DailyTotal",
    "ExperimentResult",
    "HeldBackCount",
    "HeldBackScope",
    "JournalContext",
    "JournalFile",
    "JournalOffer",
    "JournalShopper",
    "JournaledDecision",
    "JournaledSlot",
    "PatternDimension",
    "PatternFinding",
    "PatternOutcome",
    "PatternScope",
    "PatternSearch",
    "RecomputeRun",
    "RunState",
    "RunTrigger",
    "ShopperKind",
]
