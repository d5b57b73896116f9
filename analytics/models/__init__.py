"""Recompute runs, and counts for reports."""

from analytics.models.held_back import HeldBackCount, HeldBackScope
from analytics.models.run import RecomputeRun, RunState, RunTrigger

__all__ = ["HeldBackCount", "HeldBackScope", "RecomputeRun", "RunState", "RunTrigger"]
