"""Refund returned units: exactly their share of the price, never more than was paid."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Sum, Value, When
from django.utils.translation import gettext as _
from msgspec import Struct

from checkout.models import AllocatedLine, Allocation, Refund, RefundedLine
from checkout.services.redemption import give_back, thaw_quote
from checkout.services.returned_lines import (
    FoundUnits,
    ReturnedLine,
    find_returned,
    ids_of,
)
from engine.promise.frozen_quote import FrozenQuote
from engine.promise.refunds import Balance, Share, balance_of


class UnknownOrderError(Exception):
    """The order was not charged through a quote."""


class RefundedShare(Struct, frozen=True):
    """Units of a line and what was paid for them; `ids` are the units that were returned by ID."""

    line: AllocatedLine
    quantity: int
    share: Share
    ids: dict[str, int] = {}


class OfferDeduction(Struct, frozen=True):
    """What an offer deducts from all refunds, or would deduct if that were its policy."""

    offer: str
    policy: str
    deducted_minor: int


class RefundAnswer(Struct, frozen=True):
    """A refund under both policies and under the policy of each offer; amounts include tax.

    `keep_minor` is the sum of the shares. `claw_back_minor` is what remains of it if every offer deducts the
    discount that the remaining units would not get on their own. `amount_minor` is what is refunded.
    """

    allocation: Allocation
    shares: tuple[RefundedShare, ...]
    offers: tuple[OfferDeduction, ...]
    keep_minor: int
    claw_back_minor: int
    amount_minor: int


@transaction.atomic
def cancel_order(*, order_id: str, is_preview: bool, at: datetime) -> RefundAnswer:
    """Refund the rest of an order cancelled before shipping, and restore its limits, budgets and gifts.

    They are restored once, even if the order is cancelled again. Raises UnknownOrderError, and
    RedemptionError if the quote of the order cannot be read.
    """
    allocation = _locked_allocation(order_id)
    left = [
        ReturnedLine(line.position, line.quantity - line.refunded_quantity)
        for line in allocation.lines.order_by("position")
        if line.parent_position is None and line.refunded_quantity < line.quantity
    ]
    answer = _refund(allocation, left, at=None if is_preview or not left else at)
    if allocation.cancelled_at is None and not is_preview:
        give_back(quote=allocation.quote)
        Allocation.objects.filter(pk=allocation.pk).update(cancelled_at=at)
    return answer


@transaction.atomic
def refund_order(
    *, order_id: str, returned: Sequence[ReturnedLine], is_preview: bool, at: datetime
) -> RefundAnswer:
    """Work out a refund and, unless it is a preview, record it. What was used of limits stays used.

    Refunds of one order happen one after the other. Raises UnknownOrderError, RefundRefusedError, and
    RedemptionError where the order's quote cannot be read.
    """
    return _refund(_locked_allocation(order_id), returned, at=None if is_preview else at)


def _refund(allocation: Allocation, returned: Sequence[ReturnedLine], *, at: datetime | None) -> RefundAnswer:
    """Work out a refund and record it as of `at`, if that is given."""
    lines = {line.position: line for line in allocation.lines.order_by("position")}
    before = {position: line.refunded_quantity for position, line in lines.items()}
    found = find_returned(lines=lines, returned=returned)
    after = _after(lines, found)
    frozen = thaw_quote(allocation.quote)
    answer = _work_out(allocation, lines, frozen, (before, after), ids_of(found))
    if at is not None:
        _record(answer, at)
    return answer


def _locked_allocation(order_id: str) -> Allocation:
    allocation = (
        Allocation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quote", "order")
        .filter(order__order_id=order_id)
        .first()
    )
    if allocation is None:
        raise UnknownOrderError(_("No order with this ID was charged through a quote."))
    return allocation


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


def _work_out(
    allocation: Allocation,
    lines: Mapping[int, AllocatedLine],
    frozen: FrozenQuote,
    units: tuple[Mapping[int, int], Mapping[int, int]],
    ids: Mapping[int, dict[str, int]],
) -> RefundAnswer:
    before, after = (balance_of(quote=frozen, returned=returned) for returned in units)
    earlier = allocation.refunds.aggregate(claw_back=Sum("claw_back_minor", default=0))["claw_back"]
    policies = {one.offer.id: one.refund_policy for one in frozen.offers}
    return RefundAnswer(
        allocation=allocation,
        shares=tuple(
            RefundedShare(line, count, _between(before, after, position), ids.get(position, {}))
            for position, line in lines.items()
            if (count := units[1][position] - units[0][position])
        ),
        offers=tuple(
            OfferDeduction(one.code, one.refund_policy, after.deductions.get(one.offer.id, 0))
            for one in frozen.offers
        ),
        keep_minor=after.keep_minor - before.keep_minor,
        claw_back_minor=_step(after, earlier, lambda _offer: True),
        amount_minor=_step(after, allocation.refunded_minor, lambda offer: policies[offer] == "claw_back"),
    )


def _between(before: Balance, after: Balance, position: int) -> Share:
    """Return what was paid for the units of a line in this refund."""
    earlier, whole = before.shares.get(position, Share(0, 0)), after.shares[position]
    return Share(whole.net_minor - earlier.net_minor, whole.tax_minor - earlier.tax_minor)


def _step(after: Balance, refunded_minor: int, is_deducted: Callable[[int], bool]) -> int:
    """Return what is still owed; 0 if more was refunded already."""
    return max(after.owed_minor(is_deducted) - refunded_minor, 0)


def _record(answer: RefundAnswer, at: datetime) -> None:
    allocation = answer.allocation
    refund = Refund.objects.create(
        allocation=allocation,
        amount_minor=answer.amount_minor,
        keep_minor=answer.keep_minor,
        claw_back_minor=answer.claw_back_minor,
        deductions={one.offer: one.deducted_minor for one in answer.offers if one.deducted_minor},
        refunded_at=at,
    )
    RefundedLine.objects.bulk_create(
        RefundedLine(
            refund=refund,
            line=one.line,
            quantity=one.quantity,
            net_minor=one.share.net_minor,
            tax_minor=one.share.tax_minor,
        )
        for one in answer.shares
    )
    counts = [When(pk=one.line.pk, then=Value(one.quantity)) for one in answer.shares]
    allocation.lines.update(refunded_quantity=F("refunded_quantity") + Case(*counts, default=0))
    for one in answer.shares:
        if one.ids:
            known = one.line.refunded_ids
            one.line.refunded_ids = known | {own: known.get(own, 0) + count for own, count in one.ids.items()}
    AllocatedLine.objects.bulk_update([one.line for one in answer.shares if one.ids], ["refunded_ids"])
    Allocation.objects.filter(pk=allocation.pk).update(
        refunded_minor=F("refunded_minor") + answer.amount_minor
    )
    allocation.refunded_minor += answer.amount_minor
