"""Render recorded orders, their paid lines and their refunds."""

from typing import Any

from checkout.api.shapes.order import LineIdAnswer
from checkout.api.shapes.recorded_order import (
    CreditAnswer,
    PaidLineAnswer,
    RecordedLineAnswer,
    RecordedRefundAnswer,
    RecordedRefundedLineAnswer,
)
from checkout.models import AllocatedLine, OrderLine, Refund, RefundedLine
from checkout.services.order_lookup import RecordedOrder
from gateway.api.render import moment, money


def recorded_order(found: RecordedOrder) -> dict[str, Any]:
    """Return the fields of a recorded order."""
    order, ledger, currency = found.order, found.allocation, found.order.currency
    return {
        "order_id": order.order_id,
        "status": order.status.value,
        "placed_at": moment(order.placed_at),
        "cancelled_at": moment(order.cancelled_at) if order.cancelled_at else None,
        "customer": order.customer.external_id if order.customer else None,
        "currency": currency,
        "lines": [
            RecordedLineAnswer(
                id=line.own_id or None,
                sku=line.product.sku,
                quantity=line.quantity,
                unit_price=money(line.unit_price_minor, currency),
                credit=_credit(line),
            )
            for line in found.lines
        ],
        "shipping": money(ledger.shipping_minor if ledger else order.shipping_minor, currency),
        "paid": money(ledger.paid_minor, currency) if ledger else None,
        "refunded": money(ledger.refunded_minor, currency) if ledger else None,
        "paid_lines": [_paid_line(line, currency) for line in found.paid_lines] if ledger else None,
        "refunds": [_refund(refund, currency) for refund in found.refunds],
    }


def _credit(line: OrderLine) -> CreditAnswer | None:
    credit = getattr(line, "attribution", None)
    return CreditAnswer(credit.offer_code, credit.how) if credit else None


def paid_line(line: AllocatedLine, currency: str) -> dict[str, Any]:
    """Return the fields of a line as it was paid."""
    return {
        "line": line.position,
        "of": [LineIdAnswer(own, units) for own, units in sorted(line.ids.items())],
        "sku": line.sku,
        "quantity": line.quantity,
        "parent": line.parent_position,
        "discount": money(line.discount_minor, currency),
        "net": money(line.net_minor, currency),
        "tax": money(line.tax_minor, currency),
        "gross": money(line.net_minor + line.tax_minor, currency),
    }


def _paid_line(line: AllocatedLine, currency: str) -> PaidLineAnswer:
    return PaidLineAnswer(**paid_line(line, currency), refunded_quantity=line.refunded_quantity)


def _refund(refund: Refund, currency: str) -> RecordedRefundAnswer:
    return RecordedRefundAnswer(
        refunded_at=moment(refund.refunded_at),
        reason=refund.reason,
        amount=money(refund.amount_minor, currency),
        net=money(refund.amount_minor - refund.tax_minor, currency),
        tax=money(refund.tax_minor, currency),
        lines=[_refunded_line(one, currency) for one in refund.lines.all()],
    )


def _refunded_line(one: RefundedLine, currency: str) -> RecordedRefundedLineAnswer:
    return RecordedRefundedLineAnswer(
        line=one.line.position,
        of=[LineIdAnswer(own, units) for own, units in sorted(one.ids.items())],
        sku=one.line.sku,
        quantity=one.quantity,
        net=money(one.net_minor, currency),
        tax=money(one.tax_minor, currency),
        gross=money(one.net_minor + one.tax_minor, currency),
    )
