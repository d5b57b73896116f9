"""The attempts to learn from what happened."""

from analytics.models.run import RecomputeRun, RunState, RunTrigger

__all__ = ["RecomputeRun", "RunState", "RunTrigger"]
