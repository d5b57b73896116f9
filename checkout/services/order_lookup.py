"""Find a recorded order."""

from django.db.models import Prefetch
from msgspec import Struct

from checkout.models import AllocatedLine, Allocation, Order, OrderLine, Refund, RefundedLine


class RecordedOrder(Struct, frozen=True):
    """An order with its lines by position; what was paid and refunded, oldest first, if it has a ledger."""

    order: Order
    lines: tuple[OrderLine, ...]
    allocation: Allocation | None = None
    paid_lines: tuple[AllocatedLine, ...] = ()
    refunds: tuple[Refund, ...] = ()


def find_order(order_id: str) -> RecordedOrder | None:
    """Return an order, by six queries at most; None if no order has this ID."""
    order = Order.objects.select_related("customer").filter(order_id=order_id).first()
    if order is None:
        return None
    lines = tuple(order.lines.select_related("product", "attribution").order_by("position"))
    allocation = Allocation.objects.filter(order=order).first()
    if allocation is None:
        return RecordedOrder(order, lines)
    returned = RefundedLine.objects.select_related("line").order_by("line__position")
    refunds = allocation.refunds.order_by("pk").prefetch_related(Prefetch("lines", returned))
    paid_lines = tuple(allocation.lines.order_by("position"))
    return RecordedOrder(order, lines, allocation, paid_lines, tuple(refunds))
