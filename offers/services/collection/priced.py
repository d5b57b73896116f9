"""Collect what carts are priced by: each offer's terms and gate, and the shop's lanes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from engine import pricing
from engine.snapshot.pricing import Gate, PricedOffer
from offers.models import Lane, LaneCode, LaneMode, Offer, OfferVersion, PromotionCode
from offers.services.terms import pricing_offers

_MODES: dict[str, pricing.LaneMode] = {
    LaneMode.BEST: "best",
    LaneMode.FIRST: "first",
    LaneMode.STACK: "stack",
}
_LIMITS = ("usage_limit", "customer_usage_limit", "budget_minor")
_GATE_COLUMNS = (
    "pk",
    "version",
    "audience",
    "min_subtotal_minor",
    "needs_acceptance",
    "refund_policy",
    "starts_at",
    "created_at",
    *_LIMITS,
)


def collect_priced_offers() -> dict[int, PricedOffer]:
    """Return all offers' gates and terms by primary key, by a constant number of queries."""
    terms = {offer.id: offer for offer in pricing_offers(offers=Offer.objects.all())}
    return {pk: PricedOffer(gate, terms.get(pk)) for pk, gate in _collect_gates().items()}


def collect_rules() -> pricing.Rules:
    """Return the lanes in the shop's order, and how tax is rounded.

    A lane without a row stands in its usual place, with mode “best”.
    """
    kept = {lane.code: lane for lane in Lane.objects.all()}
    usual = [Lane(code=code, position=place) for place, code in enumerate(LaneCode.values)]
    lanes = sorted((kept.get(lane.code, lane) for lane in usual), key=lambda lane: lane.position)
    return pricing.Rules(
        lanes=tuple(pricing.Lane(lane.code, _MODES[lane.mode]) for lane in lanes),
        rounding="document" if settings.AWASE_TAX_ROUNDING == "document" else "line",
    )


def _collect_gates() -> dict[int, Gate]:
    """Return what decides, besides the cart, whether each offer applies."""
    codes = _collect_codes()
    changed = dict(OfferVersion.objects.values_list("offer_id").annotate(Max("changed_at")))
    return {
        row["pk"]: Gate(
            version=row["version"],
            audience=row["audience"],
            min_subtotal_minor=row["min_subtotal_minor"],
            codes=frozenset(filter(None, codes.get(row["pk"], ()))),
            needs_code=row["pk"] in codes,
            needs_acceptance=row["needs_acceptance"],
            is_limited=any(row[column] is not None for column in _LIMITS),
            refund_policy=row["refund_policy"],
            reduced_at=_reduced_at(row, changed.get(row["pk"])),
        )
        for row in Offer.objects.values(*_GATE_COLUMNS)
    }


def _collect_codes() -> dict[int, list[str | None]]:
    """Return the codes of each offer that has any; None stands for one that is switched off."""
    codes: dict[int, list[str | None]] = {}
    for offer, code, is_active in PromotionCode.objects.values_list("offer_id", "code", "is_active"):
        codes.setdefault(offer, []).append(code if is_active else None)
    return codes


def _reduced_at(row: dict[str, Any], changed_at: datetime | None) -> int:
    """Return when the offer's price began to hold: when it was last changed, or when it starts later."""
    began_at: datetime = changed_at or row["created_at"]
    starts_at: datetime | None = row["starts_at"]
    return int(max(began_at, starts_at or began_at).timestamp())
