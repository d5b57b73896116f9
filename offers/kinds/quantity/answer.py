"""The fields that a quantity discount has in the API."""

import msgspec

from engine.decision.kinds.quantity import NextTier
from gateway.api.render import money
from gateway.api.shapes.types import Money


class NextTierAnswer(msgspec.Struct, frozen=True):
    """`more` units make `quantity`, which cost `total`; the cart then saves `gain` more than now."""

    more: int
    quantity: int
    total: Money
    gain: Money


class QuantityFields(msgspec.Struct, frozen=True):
    """The fields of a quantity discount."""

    next: NextTierAnswer


def render(detail: NextTier, currency: str) -> QuantityFields:
    """Return the next tier."""
    return QuantityFields(
        NextTierAnswer(
            more=detail.more,
            quantity=detail.quantity,
            total=money(detail.total_minor, currency),
            gain=money(detail.gain_minor, currency),
        )
    )
