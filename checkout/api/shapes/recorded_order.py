"""A recorded order as the API answers it."""

import msgspec

from checkout.api.shapes.order import AllocatedAnswer, LineIdAnswer, Status
from checkout.models import CreditKind, OrderStatus, RefundReason
from gateway.api.shapes.known import know_values
from gateway.api.shapes.types import MomentText, Money
from offers.api.shapes.offer import NoteAnswer


class CreditAnswer(msgspec.Struct, frozen=True):
    """The offer that a line is credited to.

    `how` is `declared` if the order named the decision. Otherwise the customer clicked an offer before:
    `clicked` if it proposed this product, `assisted` if it proposed another one.
    """

    offer: str
    how: str


class RecordedLineAnswer(msgspec.Struct, frozen=True):
    """A line of a recorded order, with the price of one unit. `id` is the shop's own ID, if it has one.

    `credit` is null if no offer is credited. Clicks are credited about a minute after the order.
    """

    id: str | None
    sku: str
    quantity: int
    unit_price: Money
    credit: CreditAnswer | None


class PaidLineAnswer(AllocatedAnswer, frozen=True):
    """A line as it was paid, and how many of its units were refunded."""

    refunded_quantity: int


class RecordedRefundedLineAnswer(msgspec.Struct, frozen=True):
    """Refunded units of a paid line and their share of its price; `of` has their own IDs, if known."""

    line: int
    of: list[LineIdAnswer]
    sku: str
    quantity: int
    net: Money
    tax: Money
    gross: Money


class RecordedRefundAnswer(msgspec.Struct, frozen=True):
    """A refund. `amount`, including tax, consists of `net` and `tax`. A refund by amount has no lines.

    That of a cancelled order contains what was paid for shipping.
    """

    refunded_at: MomentText
    reason: str
    amount: Money
    net: Money
    tax: Money
    lines: list[RecordedRefundedLineAnswer]


class RecordedOrderAnswer(msgspec.Struct, frozen=True):
    """A recorded order. `cancelled_at` is null unless its status is `cancelled`.

    `paid`, `refunded` and `paid_lines` are null until it is charged through a quote or refunded. `paid`
    contains `shipping`. Refunds refer to the `line` of `paid_lines`.
    """

    order_id: str
    status: Status
    placed_at: MomentText
    cancelled_at: MomentText | None
    customer: str | None
    currency: str
    lines: list[RecordedLineAnswer]
    shipping: Money
    paid: Money | None
    refunded: Money | None
    paid_lines: list[PaidLineAnswer] | None
    refunds: list[RecordedRefundAnswer]


class OrderAnswer(RecordedOrderAnswer, frozen=True):
    """The result of recording an order, and the order as it is recorded now.

    `notes` name the lines that could not be attributed to an offer.
    """

    outcome: str
    notes: list[NoteAnswer]


know_values(CreditAnswer, how=CreditKind.values)
know_values(RecordedRefundAnswer, reason=RefundReason.values)
know_values(RecordedOrderAnswer, status=OrderStatus.values)
know_values(OrderAnswer, status=OrderStatus.values, outcome=("created", "replaced", "unchanged"))
