"""Days as they are counted: rows of totals, for pages that read nothing else."""

from datetime import timedelta
from typing import Any, Final

from django.utils.timezone import localdate

from analytics.models import ALL_HOURS, DailyResult, DailyTotal
from analytics.services.totals.sql import MEASURES

DAY: Final = timedelta(days=1)
_PLACE: Final = {"placement": "cart", "channel": "web", "kind": "cross_sell", "strategy": "popular"}


def store_total(offer: str = "tea", *, days_ago: int = 0, product: str = "", **figures: Any) -> None:
    """Store what a day is counted as: the row that pages read, and the one of a product behind it."""
    said: dict[str, Any] = {
        "day": localdate() - days_ago * DAY,
        "part": ALL_HOURS,
        "offer": offer,
        **_PLACE,
        "audience": 0,
        "credit": "",
        "currency": "JPY",
        **dict.fromkeys(MEASURES, 0),
        **figures,
    }
    DailyResult.objects.create(**said)
    DailyTotal.objects.create(**said, version=1, product=product)
