"""What happened: orders and refunds; and what was made of them: recompute runs."""

from analytics.models.order import LineAttribution, Order, OrderLine
from analytics.models.refund import AllocatedLine, Allocation, Refund, RefundedLine
from analytics.models.run import RecomputeRun, RunState, RunTrigger

__all__ = [
    "AllocatedLine",
    "Allocation",
    "LineAttribution",
    "Order",
    "OrderLine",
    "RecomputeRun",
    "Refund",
    "RefundedLine",
    "RunState",
    "RunTrigger",
]
