"""The pages of orders and of what was learned from them."""

from analytics.admin.customer import CustomerAdmin
from analytics.admin.offer import OfferAdmin
from analytics.admin.order import OrderAdmin
from analytics.admin.refund import AllocationAdmin, RefundAdmin
from analytics.admin.run import RecomputeRunAdmin

__all__ = ["AllocationAdmin", "CustomerAdmin", "OfferAdmin", "OrderAdmin", "RecomputeRunAdmin", "RefundAdmin"]
