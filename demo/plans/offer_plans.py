"""The types for the demo shop's offers and relations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.models import BenefitKind, RelationKind
from offers.services.plans import OfferPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOffer(OfferPlan):
    """An offer of the demo; all categories are categories of the data.

    The curated products are the best sellers of `curated_categories` that cost more than
    `curated_above_minor`. `tiers` are pairs of the first unit and the discount in basis points. The shopper
    needs the `promotion_code`, if there is one, meets all the conditions `nodes` and belongs to the audience
    `audience_code`.
    """

    benefit_kind: BenefitKind = BenefitKind.NONE
    benefit_value: int = 0
    min_subtotal_minor: int | None = None
    trigger_categories: tuple[str, ...] = ()
    curated_categories: tuple[str, ...] = ()
    curated_above_minor: int = 0
    tiers: tuple[tuple[int, int], ...] = ()
    gift_category: str | None = None
    promotion_code: str | None = None
    nodes: tuple[Mapping[str, Any], ...] = ()
    audience_code: str | None = None


@dataclass(frozen=True, slots=True)
class RelationPlan:
    """Relate the best sellers of `related` to the best sellers of `category`."""

    category: str
    related: str
    kind: RelationKind
