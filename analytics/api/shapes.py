"""Sending an order, and the answer."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from analytics.services.order_input import MAX_LINES
from offers.api.shapes.offer import NoteAnswer
from offers.api.shapes.types import Amount, Currency, Id, Moment, Quantity, Sku


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
