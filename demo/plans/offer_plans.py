"""The types for the demo shop's placements, offers and relations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.models import BenefitKind, RelationKind
from offers.models import Audience, StrategyCode


@dataclass(frozen=True, slots=True)
class PlacementPlan:
    """A placement of the storefront; one that `is_about_cart` ignores the product of the page."""

    code: str
    name: str
    slot_count: int
    is_about_cart: bool = False
    is_after_purchase: bool = False


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """An offer; `trigger_categories`, `curated_categories` and `gift_category` are categories of the data.

    The curated products are the best sellers of `curated_categories` that cost more than
    `curated_above_minor`. `columns` are further columns of the offer and its kind; `tiers` are pairs of the
    first unit and the discount in basis points. The shopper needs the `promotion_code`, if there is one.
    """

    code: str
    name: str
    kind: str
    placements: tuple[str, ...]
    priority: int
    headline_en: str
    headline_ja: str
    strategies: tuple[StrategyCode, ...] = ()
    body_en: str = ""
    body_ja: str = ""
    max_proposals: int = 1
    audience: Audience = Audience.EVERYONE
    benefit_kind: BenefitKind = BenefitKind.NONE
    benefit_value: int = 0
    min_subtotal_minor: int | None = None
    trigger_categories: tuple[str, ...] = ()
    curated_categories: tuple[str, ...] = ()
    curated_above_minor: int = 0
    columns: Mapping[str, Any] = field(default_factory=dict)
    tiers: tuple[tuple[int, int], ...] = ()
    gift_category: str | None = None
    promotion_code: str | None = None


@dataclass(frozen=True, slots=True)
class RelationPlan:
    """Relate the best sellers of `related` to the best sellers of `category`."""

    category: str
    related: str
    kind: RelationKind
