"""The fields that an add-on has in the API."""

import msgspec

from engine.decision.kinds.add_on import Choice
from offers.api.render_product import render_product
from offers.api.shapes.proposal import OfferedProduct


class AddOnAnswer(msgspec.Struct, frozen=True):
    """The options of the product `on`. `offer_price` is what an option costs beyond the included ones.

    Counts are per unit of the product; the price of the proposal is that of the smallest choice.
    """

    on: str
    options: list[OfferedProduct]
    min_count: int
    max_count: int | None
    included_count: int


class AddOnFields(msgspec.Struct, frozen=True):
    """The fields of an add-on."""

    add_on: AddOnAnswer


def render(detail: Choice, currency: str) -> AddOnFields:
    """Return the options with their surcharges."""
    return AddOnFields(
        AddOnAnswer(
            on=detail.on,
            options=[render_product(option, currency) for option in detail.options],
            min_count=detail.min_count,
            max_count=detail.max_count,
            included_count=detail.included_count,
        )
    )
