"""Record an order; sending it again is safe."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.values import FieldError
from checkout.models import CreditKind, LineAttribution, Order, OrderLine, OrderStatus
from checkout.services.cancellation import update_order
from checkout.services.charged import OrderChargedError, is_as_charged
from checkout.services.order_input import (
    LineDraft,
    OrderDraft,
    OrderInput,
    OrderLineInput,
    OrderOutcome,
    OrderVerdict,
    draft_order,
)
from offers.models import Customer
from offers.services.changed_days import mark_placed
from offers.services.customer import ensure_customers
from offers.services.restraint.refusals import lift_bought

__all__ = [
    "OrderChargedError",
    "OrderInput",
    "OrderLineInput",
    "OrderOutcome",
    "OrderVerdict",
    "record_order",
    "replace_lines",
]


@transaction.atomic
def record_order(*, order: OrderInput, at: datetime) -> OrderVerdict:
    """Store a complete order, replacing the one stored under its ID; repeating it changes nothing.

    Invalid data is returned in the verdict, not raised, and nothing is written. An unchanged line keeps its
    row, and its attribution unless a new one is sent. Raises OrderChargedError if the order contradicts what
    was paid or refunded, and RedemptionError if its quote cannot be read to place it again.
    """
    draft = draft_order(order, at=at)
    products = _find_products(draft)
    placed_at = draft.placed_at
    if draft.errors or placed_at is None:
        return OrderVerdict(OrderOutcome.REJECTED, tuple(draft.errors))
    customer = _customer(draft.customer)
    header: dict[str, Any] = {
        "customer_id": customer.pk if customer else None,
        "placed_at": placed_at,
        "currency": draft.currency,
    }
    if draft.shipping_minor is not None:
        header["shipping_minor"] = draft.shipping_minor
    said = draft.cancellation
    mark_placed([placed_at])
    stored, is_created = Order.objects.select_for_update().get_or_create(
        order_id=draft.order_id,
        defaults=header | {"cancelled_at": said.resolve(stored=None, placed_at=placed_at, at=at)},
    )
    is_changed = not is_created and update_order(
        order=stored,
        **header,
        cancelled_at=said.resolve(stored=stored.cancelled_at, placed_at=placed_at, at=at),
    )
    if not is_created and is_as_charged(stored, draft, products):
        is_changed |= _credit(stored, draft.lines, products)
    else:
        is_changed |= replace_lines(stored, draft.lines, products)
    if customer is not None and stored.status == OrderStatus.PLACED:
        lift_bought(customer=customer.pk, products=products, placed_at=placed_at)
    if is_created:
        return OrderVerdict(OrderOutcome.CREATED)
    return OrderVerdict(OrderOutcome.REPLACED if is_changed else OrderOutcome.UNCHANGED)


def _find_products(draft: OrderDraft) -> dict[str, int]:
    skus = {line.sku for line in draft.lines if line.sku}
    found = dict(Product.objects.filter(among("sku", skus)).values_list("sku", "pk"))
    for position, line in enumerate(draft.lines):
        if line.sku and line.sku not in found:
            detail = _("No product has this SKU.")
            draft.errors.append(FieldError(f"/lines/{position}/sku", "unknown_sku", detail))
    return found


def _customer(external_id: str | None) -> Customer | None:
    if external_id is None:
        return None
    found = Customer.objects.known_as(external_id).first()
    return found or Customer.objects.get(pk=ensure_customers(external_ids=[external_id])[external_id])


def replace_lines(order: Order, drafts: list[LineDraft], products: dict[str, int]) -> bool:
    """Replace the stored lines by the drafts; return whether anything changed."""
    wanted = [
        OrderLine(
            order=order,
            position=position,
            product_id=products[draft.sku],
            quantity=draft.quantity,
            unit_price_minor=draft.unit_price_minor,
            own_id=draft.own_id,
        )
        for position, draft in enumerate(drafts)
    ]
    stored = {_content(line): line for line in OrderLine.objects.filter(order=order)}
    stale = set(stored) - {_content(line) for line in wanted}
    if stale:
        OrderLine.objects.filter(among("pk", (stored[content].pk for content in stale))).delete()
    renamed = []
    for line in wanted:
        known = stored.get(_content(line))
        if known is not None:
            line.pk = known.pk
            renamed += [line] if line.own_id != known.own_id else []
    added = OrderLine.objects.bulk_create([line for line in wanted if line.pk is None])
    OrderLine.objects.bulk_update(renamed, ["own_id"])
    return _attribute(wanted, drafts) or bool(stale or added or renamed)


def _content(line: OrderLine) -> tuple[int, int, int, int]:
    return line.position, line.product_id, line.quantity, line.unit_price_minor


def _credit(order: Order, drafts: list[LineDraft], products: dict[str, int]) -> bool:
    """Attribute the unchanged lines to the offers that were sent; return whether anything changed."""
    sent = {products[draft.sku]: draft for draft in reversed(drafts) if draft.decision}
    lines = list(OrderLine.objects.filter(among("product_id", sent), order=order))
    return _attribute(lines, [sent[line.product_id] for line in lines])


def _attribute(lines: list[OrderLine], drafts: list[LineDraft]) -> bool:
    """Store the attributions of lines; return whether anything changed."""
    sent = {
        line.pk: LineAttribution(line=line, decision=draft.decision, offer_code=draft.offer_code)
        for line, draft in zip(lines, drafts, strict=True)
        if draft.decision and draft.offer_code
    }
    if not sent:
        return False
    declared = LineAttribution.objects.filter(among("pk", sent), how=CreditKind.DECLARED)
    known = declared.values_list("pk", "decision", "offer_code")
    changed = set(sent) - {key for key, *said in known if said == [sent[key].decision, sent[key].offer_code]}
    LineAttribution.objects.bulk_create(
        [sent[key] for key in changed],
        update_conflicts=True,
        unique_fields=["line"],
        update_fields=["decision", "offer_code", "how"],
    )
    return bool(changed)
