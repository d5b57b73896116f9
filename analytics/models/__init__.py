"""Recompute runs, counts for reports, the decision journal, and results of experiments."""

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
from analytics.models.run import RecomputeRun, RunState, RunTrigger
from analytics.models.totals import EVERYBODY, DailyTotal

__all__ = [
    "EVERYBODY",
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
    "RecomputeRun",
    "RunState",
    "RunTrigger",
    "ShopperKind",
]
