"""Recompute runs."""

from analytics.models.run import RecomputeRun, RunState, RunTrigger

__all__ = ["RecomputeRun", "RunState", "RunTrigger"]
