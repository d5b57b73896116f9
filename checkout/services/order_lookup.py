"""Find a recorded order."""

from msgspec import Struct

from checkout.models import Allocation, Order, OrderLine


class RecordedOrder(Struct, frozen=True):
    """An order with its lines by position, and what was paid if it was charged through a quote."""

    order: Order
    lines: tuple[OrderLine, ...]
    allocation: Allocation | None


def find_order(order_id: str) -> RecordedOrder | None:
    """Return an order, by three queries; None if no order has this ID."""
    order = Order.objects.select_related("customer").filter(order_id=order_id).first()
    if order is None:
        return None
    lines = order.lines.select_related("product").order_by("position")
    return RecordedOrder(order, tuple(lines), Allocation.objects.filter(order=order).first())
