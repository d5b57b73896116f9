"""Bodies of the refund endpoint."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from checkout.api.shapes.order import LineIdAnswer
from checkout.api.shapes.quote import LineId
from checkout.models import RefundReason
from checkout.services.order_input import MAX_LINES
from engine.snapshot.data import RefundPolicy
from gateway.api.shapes.known import know_values
from gateway.api.shapes.types import Money, Quantity


class ReturnedLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Returned units of a line: either `line`, its number, or `id`, the shop's own ID of it.

    Lines have the numbers of the quote; those of an order without a quote are numbered from 0 as they were
    sent. Options are returned with their line.
    """

    line: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    id: LineId | None = None
    quantity: Quantity = 1


class RefundBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to refund: returned `lines`, an `amount`, or the rest of an order that is `cancelled`.

    Send `cancelled` if nothing was shipped. A `preview` calculates the refund without recording it.
    """

    lines: Annotated[list[ReturnedLineBody], Meta(min_length=1, max_length=MAX_LINES)] | None = None
    amount: Annotated[Money | None, Meta(description="Including tax, for no units in particular.")] = None
    reason: Annotated[
        Literal["goodwill", "shipping"] | None,
        Meta(description="What an `amount` is refunded for. Defaults to `goodwill`."),
    ] = None
    cancelled: Annotated[bool, Meta(description="Also restores usage limits, budgets and gifts.")] = False
    preview: bool = False


class RefundedLineAnswer(msgspec.Struct, frozen=True):
    """Returned units and what was paid for them: their exact share of the line.

    `of` names the cart lines that were returned by ID.
    """

    line: int
    of: list[LineIdAnswer]
    sku: str
    quantity: int
    net: Money
    tax: Money
    gross: Money


class DeductionAnswer(msgspec.Struct, frozen=True):
    """What an offer deducts from all refunds of the order, for the units that were not returned.

    If `refund_policy` is `keep`, `deducted` is what `claw_back` would deduct.
    """

    offer: str
    refund_policy: str
    deducted: Money


class RefundAnswerBody(msgspec.Struct, frozen=True):
    """A refund. `amount` is what to pay back now, including tax, and consists of `net` and `tax`.

    `shipping` is the part of it that a cancelled order gets back for shipping. `keep` is the sum of the
    lines. `claw_back` is what remains of it if every offer deducts the discount that the remaining units
    would not get on their own. `refunded` is the sum of all refunds, including this one,
    and never exceeds `paid`. `by_amount` is the part of it that was refunded by amount: `amount` is less than
    the units are worth once nothing else is left.
    """

    order_id: str
    preview: bool
    reason: str
    lines: list[RefundedLineAnswer]
    offers: list[DeductionAnswer]
    keep: Money
    claw_back: Money
    amount: Money
    shipping: Money
    net: Money
    tax: Money
    refunded: Money
    by_amount: Money
    paid: Money


know_values(RefundAnswerBody, reason=RefundReason.values)
know_values(DeductionAnswer, refund_policy=get_args(RefundPolicy))
