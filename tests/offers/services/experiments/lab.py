"""Experiments in the database, for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from offers.models import Arm, ArmOffer, Experiment, Offer

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
CUSTOMERS = [f"c:{number}" for number in range(400)]
HALVES: Mapping[str, int] = {"control": 5000, "new": 5000}


def offer(code: str, **columns: Any) -> Offer:
    """Create an offer without a price of its own."""
    return Offer.objects.create(code=code, name=code, kind="cross_sell", currency="JPY", **columns)


def draft(
    code: str = "texts",
    *,
    offers: Mapping[str, Sequence[Offer]] | None = None,
    weights: Mapping[str, int] = HALVES,
    **columns: Any,
) -> Experiment:
    """Create a draft whose first arm is the control; by default, the last one has an offer of its own."""
    experiment = Experiment.objects.create(code=code, name_en=code, **columns)
    if offers is None:
        offers = {list(weights)[-1]: [offer(f"{code}-offer")]}
    for place, (arm_code, weight) in enumerate(weights.items()):
        arm = Arm.objects.create(
            experiment=experiment, code=arm_code, name=arm_code, weight_bp=weight, is_control=not place
        )
        for one in offers.get(arm_code, ()):
            ArmOffer.objects.create(arm=arm, offer=one)
    return experiment
