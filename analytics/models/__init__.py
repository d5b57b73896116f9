"""What happened: orders; and what was made of them: recompute runs."""

from analytics.models.order import LineAttribution, Order, OrderLine
from analytics.models.run import RecomputeRun, RunState, RunTrigger

__all__ = ["LineAttribution", "Order", "OrderLine", "RecomputeRun", "RunState", "RunTrigger"]
