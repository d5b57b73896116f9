"""Collect the shop's pricing rules: its lanes, and how tax is rounded."""

from typing import Any

from django.conf import settings

from catalog.services.tax_mode import shop_tax_mode
from engine import pricing
from offers.models import Lane, LaneCode, LaneMode

_MODES: dict[str, pricing.LaneMode] = {
    LaneMode.BEST: "best",
    LaneMode.FIRST: "first",
    LaneMode.STACK: "stack",
}


def collect_rules() -> pricing.Rules:
    """Return the lanes in the shop's order, and how tax is rounded.

    A lane without a row is in its usual place, with mode “best”.
    """
    kept = {lane.code: lane for lane in Lane.objects.all()}
    usual = [Lane(code=code, position=place) for place, code in enumerate(LaneCode.values)]
    lanes = sorted((kept.get(lane.code, lane) for lane in usual), key=lambda lane: lane.position)
    return pricing.Rules(
        lanes=tuple(pricing.PricingLane(lane.code, _MODES[lane.mode]) for lane in lanes),
        **{"tax_included": shop_tax_mode().tax_included, **tax_settings()},
    )


def tax_settings() -> dict[str, Any]:
    """Return what the settings say about tax, by field of the rules.

    Whether prices include tax is left out where the settings leave it to the catalogue.
    """
    display, rounding = settings.AWASE_TAX_DISPLAY, settings.AWASE_TAX_ROUNDING
    chosen = {} if display == "auto" else {"tax_included": display == "gross"}
    return {**chosen, "rounding": rounding, "rounding_mode": settings.AWASE_TAX_ROUNDING_MODE}
