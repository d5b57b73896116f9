"""Cancel an order, or place a cancelled one again: statistics and results ignore it in between.

What an order used of limits, budgets and gifts through a quote is given back while it is cancelled. If it is
placed again, all of it is taken again as for a late payment: beyond the limits if need be, and gifts as far
as they are in stock.
"""

from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from catalog.services.values import FieldError
from checkout.models import Allocation, Order, OrderStatus, Quote, RedemptionState
from checkout.services.charged import OrderChargedError
from checkout.services.gone_gifts import gone_gifts
from checkout.services.late_payment import take_late
from checkout.services.redemption import give_back, thaw_quote
from offers.services.changed_days import mark_placed


def update_order(*, order: Order, **columns: Any) -> bool:
    """Change columns of an order that the caller has locked; return whether anything changed.

    If this cancels the order or places it again, its uses follow. Raises OrderChargedError if all that was
    paid has been refunded, so that it stays cancelled, and RedemptionError if its quote cannot be read.
    """
    changed = {name: value for name, value in columns.items() if getattr(order, name) != value}
    if not changed:
        return False
    was = order.status
    mark_placed({order.placed_at, changed.get("placed_at", order.placed_at)})
    for name, value in changed.items():
        setattr(order, name, value)
    if order.status != was:
        ledger = Allocation.objects.select_related("quote").filter(order=order).first()
        if ledger is not None:
            _settle(ledger, order.status)
    Order.objects.filter(pk=order.pk).update(**changed)
    return True


def _settle(ledger: Allocation, status: OrderStatus) -> None:
    """Give back what the order used, or take it again."""
    if status == OrderStatus.PLACED:
        _require_paid(ledger)
        if ledger.quote is not None:
            _take_again(ledger, ledger.quote)
    elif ledger.quote is not None:
        give_back(quote=ledger.quote)


def _require_paid(ledger: Allocation) -> None:
    if ledger.refunded_minor and ledger.refunded_minor == ledger.paid_minor:
        detail = _("The full amount has been refunded, so the order stays cancelled.")
        raise OrderChargedError([FieldError("/status", "order_refunded", detail)], code="order_refunded")


def _take_again(ledger: Allocation, quote: Quote) -> None:
    """Take the uses and gifts of a charged quote again; gifts that are gone by now count as returned."""
    frozen = thaw_quote(quote)
    redemption = quote.redemptions.select_related("quote").get(state=RedemptionState.COMMITTED)
    take_late(redemption=redemption, frozen=frozen)
    for gone in gone_gifts(redemption=redemption, frozen=frozen):
        lines = ledger.lines.filter(position=gone.line)
        lines.update(refunded_quantity=Greatest(F("refunded_quantity"), gone.missing))
