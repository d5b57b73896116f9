"""Bodies of the order, commit and refund endpoints."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from checkout.api.shapes.quote import LineId, RedemptionNoteAnswer
from checkout.services.order_input import MAX_LINES
from checkout.services.order_values import ORDER_ID_PATTERN
from gateway.api.shapes.types import Amount, Currency, Id, Moment, Money, Quantity, Sku
from offers.api.shapes.offer import NoteAnswer

OrderId = Annotated[str, Meta(pattern=ORDER_ID_PATTERN, description="The shop's own order ID.")]


class OrderLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of an order. `unit_price` is the price of one unit in the currency of the order.

    A string without a currency is still accepted.

    `decision_id` is the decision that proposed the product, if there was one.
    """

    sku: Sku
    quantity: Quantity
    unit_price: Money | Amount
    decision_id: Annotated[str, Meta(min_length=1, max_length=32_768)] | None = None


class OrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complete order. It replaces the order stored under this ID. Leave out `customer` for guest orders.

    `currency` defaults to that of the unit prices.
    """

    placed_at: Moment
    lines: Annotated[list[OrderLineBody], Meta(min_length=1, max_length=MAX_LINES)]
    customer: Id | None = None
    currency: Currency | UnsetType = UNSET


class RecordedLineAnswer(msgspec.Struct, frozen=True):
    """A line of a recorded order, with the price of one unit."""

    sku: str
    quantity: int
    unit_price: Money


class RecordedOrderAnswer(msgspec.Struct, frozen=True):
    """A recorded order. `paid` and `refunded` are null if it was not charged through a quote.

    `cancelled_at` is when a charged order was cancelled.
    """

    order_id: str
    placed_at: str
    customer: str | None
    currency: str
    lines: list[RecordedLineAnswer]
    paid: Money | None
    refunded: Money | None
    cancelled_at: str | None


class OrderAnswer(msgspec.Struct, frozen=True):
    """The result of recording an order. `notes` name the lines that could not be attributed to an offer."""

    order_id: str
    outcome: str
    notes: list[NoteAnswer]


class CommitBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order to charge the quote with. Its lines are those of the quote. `placed_at` defaults to now."""

    order_id: OrderId
    placed_at: Moment | None = None


class LineIdAnswer(msgspec.Struct, frozen=True):
    """Units of a cart line, by the shop's own ID."""

    id: str
    quantity: int


class AllocatedAnswer(msgspec.Struct, frozen=True):
    """A charged line. Refunds refer to it by `line`, or by the `id` of a cart line in `of`.

    `parent` is the line that an option belongs to.
    """

    line: int
    of: list[LineIdAnswer]
    sku: str
    quantity: int
    parent: int | None
    discount: Money
    net: Money
    tax: Money
    gross: Money


class CommitAnswer(msgspec.Struct, frozen=True):
    """A charged order: what was paid in total and for each line."""

    quote_id: str
    order_id: str
    state: str
    paid: Money
    lines: list[AllocatedAnswer]
    notes: tuple[RedemptionNoteAnswer, ...]


class ReturnedLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Returned units of a line: either `line`, its number in the quote, or `id`, the cart line's own ID.

    Their options are returned with them.
    """

    line: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    id: LineId | None = None
    quantity: Quantity = 1


class RefundBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to refund: the returned `lines`, or all the rest of an order that is `cancelled` before shipping.

    A `preview` calculates the refund without recording it.
    """

    lines: Annotated[list[ReturnedLineBody], Meta(min_length=1, max_length=MAX_LINES)] | None = None
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
    """A refund. `amount` is what to pay back now, including tax, under the refund policy of each offer.

    `keep` is the sum of the lines. `claw_back` is what remains of it if every offer deducts the discount that
    the remaining units would not get on their own. `refunded` is the sum of all refunds, including this one,
    and never exceeds `paid`.
    """

    order_id: str
    preview: bool
    lines: list[RefundedLineAnswer]
    offers: list[DeductionAnswer]
    keep: Money
    claw_back: Money
    amount: Money
    refunded: Money
    paid: Money
