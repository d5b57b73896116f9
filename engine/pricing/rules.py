"""The shop's rules of pricing: its lanes, its rounding, and the moment that is priced."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

LaneMode = Literal["best", "first", "stack"]
Rounding = Literal["line", "document"]
RoundingMode = Literal["half_up", "down", "up"]


class PricingLane(Struct, frozen=True):
    """A step in the order in which offers apply, and how the offers in it share the units of the cart."""

    name: str
    mode: LaneMode = "best"


class Rules(Struct, frozen=True, kw_only=True):
    """The shop's rules, and the moment that is priced (None: periods are ignored).

    `tax_included` is whether the shop's prices include tax. Tax is rounded by `rounding_mode`, once for each
    line or once per rate for the document (`rounding`).
    """

    lanes: tuple[PricingLane, ...] = (PricingLane("line"), PricingLane("bundle"), PricingLane("cart"))
    tax_included: bool = True
    rounding: Rounding = "line"
    rounding_mode: RoundingMode = "half_up"
    at: datetime | None = None
