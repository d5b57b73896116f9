"""Sending an order, charging one by a quote, refunding it, and the answers."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from checkout.services.order_input import MAX_LINES
from checkout.services.order_values import ORDER_ID_PATTERN
from gateway.api.shapes.types import Amount, Currency, Id, Moment, Money, Quantity, Sku
from offers.api.shapes.offer import NoteAnswer

OrderId = Annotated[str, Meta(pattern=ORDER_ID_PATTERN, description="The shop's own id of the order.")]


class OrderLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line: `unit_price` is what one unit cost, in the order's currency.

    `decision_id` is the decision that proposed the product, where one did.
    """

    sku: Sku
    quantity: Quantity
    unit_price: Amount
    decision_id: Annotated[str, Meta(min_length=1, max_length=32_768)] | None = None


class OrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole order: it replaces what is stored under its id. Without `customer` it is a guest's."""

    placed_at: Moment
    lines: Annotated[list[OrderLineBody], Meta(min_length=1, max_length=MAX_LINES)]
    customer: Id | None = None
    currency: Currency | UnsetType = UNSET


class OrderAnswer(msgspec.Struct, frozen=True):
    """What became of an order; the notes name lines that no offer could be credited with."""

    order_id: str
    outcome: str
    notes: list[NoteAnswer]


class CommitBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order that the quote is charged with; its lines are the quote's. `placed_at` left out is now."""

    order_id: OrderId
    placed_at: Moment | None = None


class AllocatedAnswer(msgspec.Struct, frozen=True):
    """A line as it was charged; refunds name it by `line`. An option names its line as `parent`."""

    line: int
    sku: str
    quantity: int
    parent: int | None
    discount: Money
    net: Money
    tax: Money
    gross: Money


class CommitAnswer(msgspec.Struct, frozen=True):
    """An order, what was paid for it, and for each of its lines."""

    quote_id: str
    order_id: str
    state: str
    paid: Money
    lines: list[AllocatedAnswer]


class ReturnedLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units that came back, of a line as the quote numbers it. Their options come with them."""

    line: Annotated[int, Meta(ge=0, le=100_000)]
    quantity: Quantity = 1


class RefundBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What came back: `lines`, or all that is left of an order `cancelled` before anything was sent.

    A `preview` is worked out and not recorded.
    """

    lines: Annotated[list[ReturnedLineBody], Meta(min_length=1, max_length=MAX_LINES)] | None = None
    cancelled: Annotated[bool, Meta(description="Gives back uses, budgets and gifts too.")] = False
    preview: bool = False


class RefundedLineAnswer(msgspec.Struct, frozen=True):
    """Units and what they had cost: their exact share of the line."""

    line: int
    sku: str
    quantity: int
    net: Money
    tax: Money
    gross: Money


class DeductionAnswer(msgspec.Struct, frozen=True):
    """An offer, its policy, and what it takes back for the units that stay, all refunds together.

    Under `keep` it is what `claw_back` would take.
    """

    offer: str
    refund_policy: str
    deducted: Money


class RefundAnswerBody(msgspec.Struct, frozen=True):
    """A refund: `amount` is given back now, by each offer's own policy, tax included.

    `keep` is the sum of the lines, `claw_back` what is left of it if every offer takes back what the units
    that stay would not get by themselves. `refunded` is the sum of all refunds, this one included, and never
    exceeds `paid`.
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
