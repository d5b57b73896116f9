"""Open the ledger of an order: what was paid for each line, and what was refunded since.

An order that was charged through a quote has its ledger from the commit. An order that the shop only
reported gets one at its first refund: its lines are stored as paid then, and cannot be changed afterwards.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from catalog.services.tax_mode import shop_tax_mode
from checkout.models import BY_AMOUNT, AllocatedLine, Allocation, Order
from checkout.services.redemption import thaw_quote
from engine.money import MAX_MINOR
from engine.pricing.rules import Rules
from engine.pricing.tax import line_taxes
from engine.promise.frozen_quote import FrozenQuote
from engine.promise.ledger import Ledger
from engine.promise.refunds import Share
from offers.services.collection.rules import tax_settings


class UnknownOrderError(Exception):
    """No order has this ID."""


class OrderTooLargeError(Exception):
    """A reported order costs more than any amount of money can be."""


class OrderLedger(Struct, frozen=True):
    """The ledger of an order, and its lines by position.

    `frozen` is its quote, None for a reported order. `claw_back_minor` is what was refunded for units so far
    if every offer deducts. A ledger that is new is not stored yet.
    """

    allocation: Allocation
    lines: dict[int, AllocatedLine]
    frozen: FrozenQuote | None
    figures: Ledger
    claw_back_minor: int = 0
    is_new: bool = False


def open_ledger(*, order_id: str, at: datetime) -> OrderLedger:
    """Return the ledger of an order, which stays locked until the end of the transaction.

    Raises UnknownOrderError, OrderTooLargeError, and RedemptionError if its quote cannot be read.
    """
    order = Order.objects.select_for_update(no_key=True).filter(order_id=order_id).first()
    if order is None:
        raise UnknownOrderError(_("No order has this ID."))
    allocation = Allocation.objects.select_related("quote").filter(order=order).first()
    if allocation is None:
        return _begin(order, at)
    allocation.order = order
    lines = {line.position: line for line in allocation.lines.order_by("position")}
    by_amount = Q(reason__in=BY_AMOUNT)
    sums = allocation.refunds.aggregate(
        tax=Sum("tax_minor", default=0),
        units=Sum("amount_minor", filter=~by_amount, default=0),
        claw_back=Sum("claw_back_minor", default=0),
    )
    refunded = Share(allocation.refunded_minor - sums["tax"], sums["tax"])
    return OrderLedger(
        allocation=allocation,
        lines=lines,
        frozen=thaw_quote(allocation.quote) if allocation.quote else None,
        figures=replace(
            Ledger.of(_goods(lines), allocation.shipping_minor),
            refunded=refunded,
            units_minor=sums["units"],
        ),
        claw_back_minor=sums["claw_back"],
    )


def store_ledger(ledger: OrderLedger) -> None:
    """Store the ledger if it is new."""
    if ledger.is_new:
        ledger.allocation.save(force_insert=True)
        AllocatedLine.objects.bulk_create(ledger.lines.values())


def _begin(order: Order, at: datetime) -> OrderLedger:
    """Return a new ledger of a reported order, at the present tax rates of its products."""
    allocation = Allocation(
        order=order, currency=order.currency, shipping_minor=order.shipping_minor, committed_at=at
    )
    lines = {line.position: line for line in _lines_as_paid(allocation, order)}
    figures = Ledger.of(_goods(lines), order.shipping_minor)
    allocation.paid_minor = figures.paid.gross_minor
    if max([allocation.paid_minor, *(line.list_minor for line in lines.values())]) > MAX_MINOR:
        raise OrderTooLargeError(_("The total of the order is too large to be refunded."))
    return OrderLedger(allocation, lines, None, figures, is_new=True)


def _lines_as_paid(allocation: Allocation, order: Order) -> list[AllocatedLine]:
    bought = list(order.lines.select_related("product").order_by("position"))
    amounts = [line.quantity * line.unit_price_minor for line in bought]
    rates = [line.product.tax_rate_bp for line in bought]
    mode: dict[str, Any] = {"tax_included": shop_tax_mode().tax_included} | tax_settings()
    is_included = bool(mode["tax_included"])
    taxes = line_taxes(amounts, rates, tax_included=is_included, rules=Rules(**mode))
    return [
        AllocatedLine(
            allocation=allocation,
            position=line.position,
            product=line.product,
            sku=line.product.sku,
            quantity=line.quantity,
            list_minor=amount,
            discount_minor=0,
            net_minor=amount - tax if is_included else amount,
            tax_minor=tax,
            ids={line.own_id: line.quantity} if line.own_id else {},
        )
        for line, amount, tax in zip(bought, amounts, taxes, strict=True)
    ]


def _goods(lines: dict[int, AllocatedLine]) -> Share:
    """Return what was paid for the lines."""
    return Share(
        sum(line.net_minor for line in lines.values()), sum(line.tax_minor for line in lines.values())
    )
