"""The audiences of the demo shop, and the goods that only adults may be offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

AGE_CONFIRMED: Final = "age_confirmed"
# Categories of the data that may be sold to adults only.
ADULT_CATEGORIES: Final = (
    "Beers/ales",
    "Domestic wine",
    "Imported wine",
    "Miscellaneous wine",
    "Liquor",
    "Cigarettes",
    "Cigars",
    "Tobacco other",
)
# What the demo adds to the usual caps: few enough that a visitor sees it reached within a few pages.
SHOWN_PER_DAY: Final = 60
# Views without a click after which a cross-sell is paused.
CROSS_SELL_VIEWS: Final = 20


@dataclass(frozen=True, slots=True)
class AudiencePlan:
    """An audience: who meets all `nodes`, and bought from the `category` within `days` if there is one."""

    code: str
    name_en: str
    name_ja: str
    description: str
    nodes: tuple[Mapping[str, Any], ...] = ()
    category: str | None = None
    days: int = 0


AUDIENCES: Final = (
    AudiencePlan(
        "loyal",
        "Loyal customers",
        "常連のお客様",
        "The segments champions and loyal: they order often, and did so lately.",
        ({"type": "segment", "op": "is", "values": ["champion", "loyal"]},),
    ),
    AudiencePlan(
        "pasta-buyers",
        "Pasta buyers",
        "パスタを購入するお客様",
        "Customers with at least ten orders who bought pasta in the last 60 days.",
        ({"type": "orders", "op": "at_least", "count": 10},),
        category="Dry noodles/pasta",
        days=60,
    ),
    AudiencePlan(
        "lapsed",
        "Lapsed customers",
        "しばらく注文のないお客様",
        "They have not ordered for a month or longer.",
        ({"type": "last_order", "op": "at_least", "days": 30},),
    ),
)
