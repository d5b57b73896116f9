"""Quotes and redemptions, orders and refunds, and the usage of offers."""

from checkout.models.order import CreditKind, LineAttribution, Order, OrderLine, OrderStatus, line_total
from checkout.models.quote import (
    HOLDING_STATES,
    Quote,
    RedeemedCode,
    RedeemedGift,
    RedeemedOffer,
    Redemption,
    RedemptionState,
    state_at,
)
from checkout.models.refund import BY_AMOUNT, AllocatedLine, Allocation, Refund, RefundedLine, RefundReason
from checkout.models.usage import CodeUsage, CustomerUsage, OfferUsage

__all__ = [
    "BY_AMOUNT",
    "HOLDING_STATES",
    "AllocatedLine",
    "Allocation",
    "CodeUsage",
    "CreditKind",
    "CustomerUsage",
    "LineAttribution",
    "OfferUsage",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Quote",
    "RedeemedCode",
    "RedeemedGift",
    "RedeemedOffer",
    "Redemption",
    "RedemptionState",
    "Refund",
    "RefundReason",
    "RefundedLine",
    "line_total",
    "state_at",
]
