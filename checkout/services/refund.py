"""Refund returned units, an amount, or a cancelled order: never more than was paid in total."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _
from msgspec.structs import replace

from catalog.services.amounts import money
from catalog.services.values import FieldError
from checkout.models import AllocatedLine, Allocation, Refund, RefundedLine, RefundReason
from checkout.services.cancellation import update_order
from checkout.services.ledger import OrderLedger, open_ledger, store_ledger
from checkout.services.order_values import SentAmount, SentAmountError, clean_sent
from checkout.services.refund_answer import OfferDeduction, RefundAnswer, RefundedShare
from checkout.services.returned_lines import (
    FoundUnits,
    RefundRefusedError,
    ReturnedLine,
    find_returned,
    ids_of,
)
from engine.promise.refunds import Balance, PaidLine, Share, Units, balance_of, balance_without_quote
from offers.services.changed_days import mark_placed


class RefundedAmount(SentAmount, frozen=True):
    """An amount to refund, and why: goodwill or shipping."""

    reason: RefundReason = RefundReason.GOODWILL


@transaction.atomic
def cancel_order(*, order_id: str, is_preview: bool, at: datetime) -> RefundAnswer:
    """Refund the rest of an order cancelled before shipping, with what was paid for that.

    Its limits, budgets and gifts are restored.

    They are restored once, even if the order is cancelled again. Raises the errors of `open_ledger`.
    """
    ledger = open_ledger(order_id=order_id, at=at)
    left = [
        ReturnedLine(line.position, line.quantity - line.refunded_quantity)
        for line in ledger.lines.values()
        if line.parent_position is None and line.refunded_quantity < line.quantity
    ]
    answer = _with_shipping(ledger, _work_out(ledger, left, RefundReason.CANCELLATION))
    if is_preview:
        return answer
    if left or answer.refund.gross_minor:
        _record(ledger, answer, at)
    order = ledger.allocation.order
    if order.cancelled_at is None:
        update_order(order=order, cancelled_at=max(at, order.placed_at))
    return answer


@transaction.atomic
def refund_order(
    *, order_id: str, returned: Sequence[ReturnedLine], is_preview: bool, at: datetime
) -> RefundAnswer:
    """Work out a refund of units and, unless it is a preview, record it. What was used of limits stays used.

    Refunds of one order happen one after the other. Raises RefundRefusedError and those of `open_ledger`.
    """
    ledger = open_ledger(order_id=order_id, at=at)
    answer = _work_out(ledger, returned, RefundReason.RETURN)
    if not is_preview:
        _record(ledger, answer, at)
    return answer


@transaction.atomic
def refund_amount(*, order_id: str, wanted: RefundedAmount, is_preview: bool, at: datetime) -> RefundAnswer:
    """Refund an amount, whatever units come back; unless it is a preview, record it.

    Raises RefundRefusedError if it exceeds what is left, and those of `open_ledger`.
    """
    ledger = open_ledger(order_id=order_id, at=at)
    figures = ledger.figures
    amount = _checked(wanted, ledger)
    by_amount = figures.refunded.gross_minor - figures.units_minor + amount
    answer = RefundAnswer(
        allocation=ledger.allocation,
        reason=wanted.reason,
        refund=figures.divide(amount, like=figures.paid),
        refunded_minor=figures.refunded.gross_minor + amount,
        by_amount_minor=by_amount,
    )
    if not is_preview:
        _record(ledger, answer, at)
    return answer


def _checked(wanted: RefundedAmount, ledger: OrderLedger) -> int:
    """Return the amount in minor units; raise RefundRefusedError if it cannot be refunded."""
    currency = ledger.allocation.currency
    try:
        amount = clean_sent(wanted, currency=currency, pointer="/amount")
    except SentAmountError as error:
        raise RefundRefusedError([error.field], is_beyond=False) from error
    if amount == 0:
        field = FieldError("/amount/amount", "out_of_range", _("Must be more than 0."))
        raise RefundRefusedError([field], is_beyond=False)
    if amount > ledger.figures.left_minor:
        left = money(ledger.figures.left_minor, currency)
        detail = _("Only %(left)s of this order can still be refunded.") % {"left": left}
        raise RefundRefusedError([FieldError("/amount", "refund_exceeds", detail)], is_beyond=True)
    return amount


def _work_out(ledger: OrderLedger, returned: Sequence[ReturnedLine], reason: RefundReason) -> RefundAnswer:
    """Return what is paid back for units, as the difference of two balances."""
    lines, figures = ledger.lines, ledger.figures
    found = find_returned(lines=lines, returned=returned)
    before = {position: line.refunded_quantity for position, line in lines.items()}
    after = _after(lines, found)
    earlier, whole = (_balance(ledger, units) for units in (before, after))
    ids = ids_of(found)
    shares = tuple(
        RefundedShare(line, count, _between(earlier, whole, position), ids.get(position, {}))
        for position, line in lines.items()
        if (count := after[position] - before[position])
    )
    amount = figures.due_minor(whole.owed_minor(_clawing_back(ledger).__contains__))
    refunded = figures.refunded.gross_minor
    return RefundAnswer(
        allocation=ledger.allocation,
        reason=reason,
        refund=figures.divide(amount, like=_sum(shares)),
        refunded_minor=refunded + amount,
        by_amount_minor=refunded - figures.units_minor,
        shares=shares,
        offers=_deductions(ledger, whole),
        keep_minor=whole.keep_minor - earlier.keep_minor,
        claw_back_minor=max(whole.owed_minor(lambda _offer: True) - ledger.claw_back_minor, 0),
    )


def _with_shipping(ledger: OrderLedger, answer: RefundAnswer) -> RefundAnswer:
    """Return the refund of a cancelled order together with what is left of what was paid for shipping."""
    figures, for_units = ledger.figures, answer.refund.gross_minor
    amount = min(for_units + ledger.allocation.shipping_minor, figures.left_minor)
    return replace(
        answer,
        refund=figures.divide(amount, like=_sum(answer.shares)),
        refunded_minor=figures.refunded.gross_minor + amount,
        shipping_minor=amount - for_units,
    )


def _after(lines: Mapping[int, AllocatedLine], found: Sequence[FoundUnits]) -> dict[int, int]:
    """Return how many units of each line are returned in total; options follow their line."""
    after = {position: line.refunded_quantity for position, line in lines.items()}
    for units in found:
        after[units.line.position] += units.quantity
    for position, line in lines.items():
        if line.parent_position is not None:
            parent = lines[line.parent_position]
            after[position] = after[line.parent_position] * line.quantity // parent.quantity
    return after


def _balance(ledger: OrderLedger, returned: Units) -> Balance:
    if ledger.frozen is not None:
        return balance_of(quote=ledger.frozen, returned=returned)
    paid = {
        position: PaidLine(line.quantity, line.net_minor + line.tax_minor, line.tax_minor)
        for position, line in ledger.lines.items()
    }
    return balance_without_quote(lines=paid, returned=returned)


def _between(before: Balance, after: Balance, position: int) -> Share:
    """Return what was paid for the units of a line in this refund."""
    earlier, whole = before.shares.get(position, Share(0, 0)), after.shares[position]
    return Share(whole.net_minor - earlier.net_minor, whole.tax_minor - earlier.tax_minor)


def _sum(shares: Sequence[RefundedShare]) -> Share:
    return Share(sum(one.share.net_minor for one in shares), sum(one.share.tax_minor for one in shares))


def _clawing_back(ledger: OrderLedger) -> frozenset[int]:
    """Return the offers that deduct."""
    offers = ledger.frozen.offers if ledger.frozen else ()
    return frozenset(one.offer.id for one in offers if one.refund_policy == "claw_back")


def _deductions(ledger: OrderLedger, balance: Balance) -> tuple[OfferDeduction, ...]:
    return tuple(
        OfferDeduction(one.code, one.refund_policy, balance.deductions.get(one.offer.id, 0))
        for one in (ledger.frozen.offers if ledger.frozen else ())
    )


def _record(ledger: OrderLedger, answer: RefundAnswer, at: datetime) -> None:
    store_ledger(ledger)
    allocation = answer.allocation
    mark_placed([allocation.order.placed_at])
    refund = Refund.objects.create(
        allocation=allocation,
        reason=answer.reason,
        amount_minor=answer.refund.gross_minor,
        tax_minor=answer.refund.tax_minor,
        keep_minor=answer.keep_minor,
        claw_back_minor=answer.claw_back_minor,
        deductions={one.offer: one.deducted_minor for one in answer.offers if one.deducted_minor},
        refunded_at=at,
    )
    if answer.shares:
        _record_units(refund, answer.shares)
    Allocation.objects.filter(pk=allocation.pk).update(refunded_minor=answer.refunded_minor)


def _record_units(refund: Refund, shares: Sequence[RefundedShare]) -> None:
    """Store the returned units with the refund, and count them on their lines."""
    RefundedLine.objects.bulk_create(
        RefundedLine(
            refund=refund,
            line=one.line,
            quantity=one.quantity,
            net_minor=one.share.net_minor,
            tax_minor=one.share.tax_minor,
            ids=one.ids,
        )
        for one in shares
    )
    counts = [When(pk=one.line.pk, then=Value(one.quantity)) for one in shares]
    lines = refund.allocation.lines
    lines.update(refunded_quantity=F("refunded_quantity") + Case(*counts, default=0))
    for one in shares:
        if one.ids:
            known = one.line.refunded_ids
            one.line.refunded_ids = known | {own: known.get(own, 0) + count for own, count in one.ids.items()}
    AllocatedLine.objects.bulk_update([one.line for one in shares if one.ids], ["refunded_ids"])
