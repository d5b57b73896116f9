"""Bodies of the order and commit endpoints."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from checkout.api.shapes.quote import LINE_ID_PATTERN, LINE_ID_SENTENCE, RedemptionNoteAnswer
from checkout.models import RedemptionState
from checkout.services.order_input import MAX_LINES
from checkout.services.order_values import ORDER_ID_PATTERN, ORDER_ID_SENTENCE
from gateway.api.shapes.known import know_values
from gateway.api.shapes.pattern import text_of
from gateway.api.shapes.types import Amount, Currency, Id, Moment, Money, Quantity, Sku

Status = Literal["placed", "cancelled"]
OwnLineId = Annotated[
    str,
    text_of(LINE_ID_PATTERN, LINE_ID_SENTENCE, "The shop's own ID of the line, unique in the order."),
]
# Only described here; `require_order_id` checks it, as in an address.
OrderId = Annotated[
    str,
    Meta(
        description=f"The shop's own order ID. {ORDER_ID_SENTENCE}",
        extra_json_schema={"minLength": 1, "maxLength": 128, "pattern": ORDER_ID_PATTERN},
    ),
]


Shipping = Annotated[
    Money, Meta(description="What was paid for shipping, including tax. It can be refunded by amount.")
]


class OrderLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of an order. `unit_price` is the price of one unit in the currency of the order.

    A string without a currency is still accepted.

    `decision_id` is the decision that proposed the product, if there was one.
    """

    sku: Sku
    quantity: Quantity
    unit_price: Money | Amount
    id: OwnLineId | None = None
    decision_id: Annotated[str, Meta(min_length=1, max_length=32_768)] | None = None


class OrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complete order. It replaces the order stored under this ID. Leave out `customer` for guest orders.

    `currency` defaults to that of the unit prices. Without a `status`, the order keeps its own; a new order
    is `placed`. `cancelled_at` is sent with the status `cancelled` only, and defaults to now. Without
    `shipping`, the order keeps its own; that of a new order is 0.
    """

    placed_at: Moment
    lines: Annotated[list[OrderLineBody], Meta(min_length=1, max_length=MAX_LINES)]
    customer: Id | None = None
    currency: Currency | UnsetType = UNSET
    status: Annotated[
        Status | None, Meta(description="Cancelled orders are ignored by statistics and results.")
    ] = None
    cancelled_at: Moment | None = None
    shipping: Shipping | None = None


class CommitBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order to charge the quote with. Its lines are those of the quote. `placed_at` defaults to now.

    Without `shipping`, an order that was recorded before keeps its own; that of a new order is 0.
    """

    order_id: OrderId
    placed_at: Moment | None = None
    shipping: Shipping | None = None


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
    """A charged order: what was paid in total, of which `shipping`, and for each line."""

    quote_id: str
    order_id: str
    state: str
    paid: Money
    shipping: Money
    lines: list[AllocatedAnswer]
    notes: tuple[RedemptionNoteAnswer, ...]


know_values(CommitAnswer, state=RedemptionState.values)
