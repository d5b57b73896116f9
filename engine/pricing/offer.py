"""An offer as the pricing core sees it: which lines it looks at, what it gives, how it stands to others."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from engine.conditions.schedule import ALWAYS, Schedule
from engine.pricing.terms import Terms

LaneMode = Literal["best", "first", "stack"]
Purchase = Literal["one_time", "subscription"]
PriceBase = Literal["running", "list"]
Rounding = Literal["line", "document"]


class Offer(Struct, frozen=True, kw_only=True):
    """One offer; amounts in minor units, `id` grows with age, so that the smaller is the older.

    It sees one-time lines or subscription lines, never both. `base` is what its percentages are taken
    of. `excludes` works both ways, whichever of the two names the other. `margin_basis_points` is the
    smallest share of the net price that must stay above cost (0-9999).
    """

    id: int
    terms: Terms
    lane: str = "line"
    priority: int = 0
    purchase: Purchase = "one_time"
    base: PriceBase = "running"
    excludes: frozenset[int] = frozenset()
    max_discount_minor: int | None = None
    margin_basis_points: int | None = None
    currency: str | None = None
    schedule: Schedule = ALWAYS


class Lane(Struct, frozen=True):
    """A place in the order in which offers apply, and how the offers within it stand to each other."""

    name: str
    mode: LaneMode = "best"


class Rules(Struct, frozen=True, kw_only=True):
    """The shop's rules, and the moment that is priced (None: periods are not looked at)."""

    lanes: tuple[Lane, ...] = (Lane("line"), Lane("bundle"), Lane("cart"))
    rounding: Rounding = "line"
    at: datetime | None = None
