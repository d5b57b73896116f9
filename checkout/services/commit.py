"""Charge an order with its quote: the reservation becomes permanent, and the allocation is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.values import FieldError, InvalidValueError
from checkout.models import AllocatedLine, Allocation, Order, Quote
from checkout.services.gone_gifts import GoneGift, gone_gifts
from checkout.services.order import replace_lines
from checkout.services.order_input import LineDraft
from checkout.services.order_values import SentAmount, SentAmountError, clean_placed_at, clean_sent
from checkout.services.redemption import RedemptionError, commit_redemption, thaw_quote
from checkout.services.redemption_notes import RedemptionNote, redemption_notes
from engine.money import MAX_MINOR
from engine.promise.frozen_quote import FrozenQuote
from offers.services.changed_days import mark_placed
from offers.services.restraint.refusals import lift_bought


class CommitRefusedError(Exception):
    """The order cannot be recorded; each error names a field."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("The order was not recorded.")
        self.errors = errors


class Committed(Struct, frozen=True):
    """The allocation of an order, its lines by position, whether this call created it, and its notes."""

    allocation: Allocation
    lines: tuple[AllocatedLine, ...]
    is_new: bool
    notes: tuple[RedemptionNote, ...]


@transaction.atomic
def commit_quote(
    *,
    quote_id: str,
    order_id: str,
    placed_at: datetime | None,
    at: datetime,
    shipping: SentAmount | None = None,
) -> Committed:
    """Record the order that is charged through a redeemed quote; repeating it changes nothing.

    `shipping` is what was paid for it, including tax; None keeps what the order was reported with. Raises
    RedemptionError if the quote cannot be committed, CommitRefusedError for an invalid time or amount.
    """
    moment = None if placed_at is None else _checked(placed_at, at)
    redemption = commit_redemption(quote_id=quote_id, order_id=order_id, at=at)
    quote = redemption.quote
    known = Allocation.objects.filter(quote=quote).select_related("order").first()
    notes = redemption_notes(redemption)
    if known is not None:
        return Committed(known, tuple(known.lines.order_by("position")), is_new=False, notes=notes)
    frozen = thaw_quote(quote)
    paid_for_shipping = None if shipping is None else _shipping_minor(shipping, quote)
    order = _record(quote, frozen, order_id, (moment, at), paid_for_shipping)
    _require_no_ledger(order)
    gone = gone_gifts(redemption=redemption, frozen=frozen)
    allocation, lines = _allocate(order, quote, frozen, (at, gone))
    return Committed(allocation, lines, is_new=True, notes=notes)


def _require_no_ledger(order: Order) -> None:
    """Refuse an order that was charged through another quote, or reported and refunded."""
    ledger = Allocation.objects.filter(order=order).first()
    if ledger is None:
        return
    if ledger.quote_id is None:
        detail = _("Order %s was reported and refunded. Use another order ID.") % order.order_id
        raise RedemptionError("order_refunded", detail)
    detail = _("Order %s was already charged through another quote.") % order.order_id
    raise RedemptionError("order_charged", detail)


def _checked(placed_at: datetime, at: datetime) -> datetime:
    try:
        return clean_placed_at(placed_at, at=at)
    except InvalidValueError as error:
        raise CommitRefusedError([FieldError("/placed_at", error.code, error.detail)]) from error


def _shipping_minor(shipping: SentAmount, quote: Quote) -> int:
    """Return what was paid for shipping, in minor units of the quote's currency."""
    try:
        return clean_sent(shipping, currency=quote.currency, pointer="/shipping")
    except SentAmountError as error:
        raise CommitRefusedError([error.field]) from error


def _record(
    quote: Quote,
    frozen: FrozenQuote,
    order_id: str,
    times: tuple[datetime | None, datetime],
    shipping_minor: int | None,
) -> Order:
    """Store the order with the lines of the quote, one for each unit price, without gifts.

    An order that was sent before keeps its time, customer and shipping unless new ones are given. If it was
    cancelled since, the payment is newer.
    """
    placed_at, at = times
    given = {"shipping_minor": shipping_minor, "customer_id": quote.customer_id, "placed_at": placed_at}
    header: dict[str, Any] = {"currency": quote.currency, "cancelled_at": None}
    header |= {name: value for name, value in given.items() if value is not None}
    order, is_created = Order.objects.select_for_update().get_or_create(
        order_id=order_id, defaults={"placed_at": at} | header
    )
    moments = {order.placed_at}
    if not is_created:
        for name, value in header.items():
            setattr(order, name, value)
        order.save(update_fields=[*header])
    mark_placed(moments | {order.placed_at})
    existing = _existing_skus(frozen)
    drafts = _drafts(frozen, existing)
    products = {sku: product for product, sku in existing.items()}
    replace_lines(order, drafts, products)
    if quote.customer is not None:
        bought = {draft.sku: products[draft.sku] for draft in drafts}
        lift_bought(customer=quote.customer.pk, products=bought, placed_at=placed_at or at)
    return order


def _drafts(frozen: FrozenQuote, existing: dict[int, str]) -> list[LineDraft]:
    """Return the lines of the quote, one for each unit price, without gifts and products that are gone."""
    credited = {credit.product: credit for credit in frozen.credits}
    return [
        LineDraft(
            sku=existing[line.product],
            quantity=units.quantity,
            unit_price_minor=units.unit_minor,
            decision=credited[line.product].decision if line.product in credited else "",
            offer_code=credited[line.product].offer_code if line.product in credited else "",
            own_id=_only_id(frozen.line_ids.get(place, {}), line.quantity),
        )
        for place, line in enumerate(frozen.priced.lines)
        if line.gift_of is None and line.product in existing
        for units in line.units
    ]


def _only_id(ids: dict[str, int], quantity: int) -> str:
    """Return the ID that all units of a line have in the cart; empty if they have several or none."""
    return next((own for own, units in ids.items() if units == quantity), "")


def _existing_skus(frozen: FrozenQuote) -> dict[int, str]:
    """Return the current SKUs of the products of the quote, without deleted ones."""
    products = {line.product for line in frozen.priced.lines}
    return dict(Product.objects.filter(among("pk", products)).values_list("pk", "sku"))


def _allocate(
    order: Order, quote: Quote, frozen: FrozenQuote, charged: tuple[datetime, Sequence[GoneGift]]
) -> tuple[Allocation, tuple[AllocatedLine, ...]]:
    """Record what was paid for each line; gifts that were gone count as returned: nobody keeps them."""
    at, gone = charged
    missing = {one.line: one.missing for one in gone}
    paid_minor = frozen.priced.gross_minor + order.shipping_minor
    if paid_minor > MAX_MINOR:
        detail = _("The total of the order is too large.")
        raise CommitRefusedError([FieldError("/shipping", "out_of_range", detail)])
    allocation = Allocation.objects.create(
        order=order,
        quote=quote,
        currency=quote.currency,
        paid_minor=paid_minor,
        shipping_minor=order.shipping_minor,
        committed_at=at,
    )
    existing = _existing_skus(frozen)
    codes = {one.offer.id: one.code for one in frozen.offers}
    lines = AllocatedLine.objects.bulk_create(
        AllocatedLine(
            allocation=allocation,
            position=position,
            product_id=line.product if line.product in existing else None,
            sku=frozen.skus[line.product],
            parent_position=line.parent,
            quantity=line.quantity,
            refunded_quantity=missing.get(position, 0),
            list_minor=line.list_minor,
            discount_minor=line.discount_minor,
            net_minor=line.net_minor,
            tax_minor=line.tax_minor,
            taken={codes[offer]: amount for offer, amount in sorted(line.taken.items())},
            ids=frozen.line_ids.get(position, {}),
        )
        for position, line in enumerate(frozen.priced.lines)
    )
    return allocation, tuple(lines)
