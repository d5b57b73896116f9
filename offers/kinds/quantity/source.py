"""How quantity discounts are read, and what they mean to pricing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct

from engine import pricing
from engine.pricing.kinds.quantity import Counting, QuantityTerms
from engine.pricing.tiers import AfterLast, TierMode
from offers.kinds.quantity.models import QuantityTier
from offers.services.samples import IncompleteOfferError
from offers.services.source import OfferSource, UnreadOffer


class QuantityValues(Struct, frozen=True):
    """The columns of the kind, and its tiers by rising quantity."""

    mode: TierMode
    after_last: AfterLast
    counting: Counting
    unit_order: pricing.UnitOrder
    tiers: tuple[pricing.Tier, ...]


def read(offers: Sequence[UnreadOffer]) -> list[QuantityValues]:
    """Return the values of each offer; IncompleteOfferError where two tiers start at the same unit."""
    return [
        QuantityValues(**offer.columns, tiers=_tiers(offer.rows.get(QuantityTier, ()))) for offer in offers
    ]


def _tiers(rows: Iterable[Mapping[str, Any]]) -> tuple[pricing.Tier, ...]:
    ordered = sorted(rows, key=lambda row: int(row["from_quantity"]))
    if len({row["from_quantity"] for row in ordered}) < len(ordered):
        raise IncompleteOfferError([_("Two tiers start at the same unit.")])
    return tuple(
        pricing.Tier(row["from_quantity"], pricing.Benefit(row["benefit_kind"], row["benefit_value"]))
        for row in ordered
    )


def terms(source: OfferSource[QuantityValues]) -> QuantityTerms | None:
    """Return the tiers and what they count, None without a tier."""
    own = source.own
    if not own.tiers:
        return None
    tiers = pricing.Tiers(own.tiers, own.mode, own.after_last)
    return QuantityTerms(source.triggers, tiers, own.counting, own.unit_order)
