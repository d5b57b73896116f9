"""The pages of orders and of what was learned from them."""

from analytics.admin.order import OrderAdmin

__all__ = ["OrderAdmin"]
