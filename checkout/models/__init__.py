"""Quotes and redemptions, orders and refunds, and the usage of offers."""

from checkout.models.order import LineAttribution, Order, OrderLine, line_total
from checkout.models.quote import (
    HOLDING_STATES,
    Quote,
    RedeemedGift,
    RedeemedOffer,
    Redemption,
    RedemptionState,
    state_at,
)
from checkout.models.refund import AllocatedLine, Allocation, Refund, RefundedLine
from checkout.models.usage import CustomerUsage, OfferUsage

__all__ = [
    "HOLDING_STATES",
    "AllocatedLine",
    "Allocation",
    "CustomerUsage",
    "LineAttribution",
    "OfferUsage",
    "Order",
    "OrderLine",
    "Quote",
    "RedeemedGift",
    "RedeemedOffer",
    "Redemption",
    "RedemptionState",
    "Refund",
    "RefundedLine",
    "line_total",
    "state_at",
]
