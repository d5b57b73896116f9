"""Refund returned units: exactly their share of the price, never more than was paid."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Sum, Value, When
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.values import FieldError
from checkout.models import AllocatedLine, Allocation, Refund, RefundedLine
from checkout.services.redemption import give_back, thaw_quote
from engine.promise.frozen_quote import FrozenQuote
from engine.promise.refunds import Balance, Share, balance_of


class UnknownOrderError(Exception):
    """The order was not charged through a quote."""


class RefundRefusedError(Exception):
    """A refund of unknown lines, or of more units than can be refunded (`is_beyond`)."""

    def __init__(self, errors: Sequence[FieldError], *, is_beyond: bool) -> None:
        super().__init__("Nothing was refunded.")
        self.errors = list(errors)
        self.is_beyond = is_beyond


class ReturnedLine(Struct, frozen=True):
    """Returned units of a line of the quote; their options are returned with them."""

    line: int
    quantity: int


class RefundedShare(Struct, frozen=True):
    """Units of a line and what was paid for them."""

    line: AllocatedLine
    quantity: int
    share: Share


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
    after = _after(lines, returned)
    frozen = thaw_quote(allocation.quote)
    answer = _work_out(allocation, lines, frozen, (before, after))
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


def _after(lines: Mapping[int, AllocatedLine], returned: Sequence[ReturnedLine]) -> dict[int, int]:
    """Return how many units of each line are returned in total; options follow their line."""
    after = {position: line.refunded_quantity for position, line in lines.items()}
    errors, beyond = [], []
    for index, one in enumerate(returned):
        pointer, line = f"/lines/{index}", lines.get(one.line)
        if line is None:
            errors.append(FieldError(f"{pointer}/line", "unknown_line", _("The order has no such line.")))
        elif line.parent_position is not None:
            detail = _("An option is returned with the line it belongs to.")
            errors.append(FieldError(f"{pointer}/line", "option_of_line", detail))
        else:
            after[one.line] += one.quantity
            if after[one.line] > line.quantity:
                left = line.quantity - line.refunded_quantity
                detail = _("Only %(left)d of %(quantity)d units of this line can still be refunded.")
                detail %= {"left": left, "quantity": line.quantity}
                beyond.append(FieldError(f"{pointer}/quantity", "refund_exceeds", detail))
    if errors or beyond:
        raise RefundRefusedError(errors or beyond, is_beyond=not errors)
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
) -> RefundAnswer:
    before, after = (balance_of(quote=frozen, returned=returned) for returned in units)
    earlier = allocation.refunds.aggregate(claw_back=Sum("claw_back_minor", default=0))["claw_back"]
    policies = {one.offer.id: one.refund_policy for one in frozen.offers}
    return RefundAnswer(
        allocation=allocation,
        shares=tuple(
            RefundedShare(line, count, _between(before, after, position))
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
    Allocation.objects.filter(pk=allocation.pk).update(
        refunded_minor=F("refunded_minor") + answer.amount_minor
    )
    allocation.refunded_minor += answer.amount_minor
