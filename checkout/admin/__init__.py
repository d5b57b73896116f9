"""The pages of quotes, orders and refunds."""

from checkout.admin.order import OrderAdmin
from checkout.admin.quote import QuoteAdmin, RedemptionAdmin
from checkout.admin.refund import AllocationAdmin, RefundAdmin

__all__ = ["AllocationAdmin", "OrderAdmin", "QuoteAdmin", "RedemptionAdmin", "RefundAdmin"]
