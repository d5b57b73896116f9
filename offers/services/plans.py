"""Placements and offers as plans, and their creation where they do not exist yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from offers.kinds.registry import kind_of
from offers.models import AudienceScope, Offer, OfferStrategy, Placement, StrategyCode

# For colleagues, in the language in which the plan is carried out.
Name = str | Promise


@dataclass(frozen=True, slots=True)
class PlacementPlan:
    """A placement of the storefront; one that `is_about_cart` ignores the product of the page."""

    code: str
    name: Name
    slot_count: int
    is_about_cart: bool = False
    is_after_purchase: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPlan:
    """An offer at list price; `placements` are their codes, `columns` further columns of it and its kind."""

    code: str
    name: Name
    kind: str
    placements: tuple[str, ...]
    priority: int
    headline_en: str
    headline_ja: str
    strategies: tuple[StrategyCode, ...] = ()
    body_en: str = ""
    body_ja: str = ""
    max_proposals: int = 1
    audience: AudienceScope = AudienceScope.EVERYONE
    columns: Mapping[str, Any] = field(default_factory=dict)


def create_placements(*, plans: Iterable[PlacementPlan]) -> list[Placement]:
    """Create the placements of whose codes there is none; return those created."""
    known = set(Placement.objects.values_list("code", flat=True))
    return [
        Placement.objects.create(
            code=plan.code,
            name=str(plan.name),
            slot_count=plan.slot_count,
            is_about_cart=plan.is_about_cart,
            is_after_purchase=plan.is_after_purchase,
        )
        for plan in plans
        if plan.code not in known
    ]


def create_planned_offer(*, plan: OfferPlan, currency: str, columns: Mapping[str, Any]) -> Offer:
    """Create the offer with its placements and sources; `columns` are added to those of the plan."""
    offer: Offer = kind_of(plan.kind).model(
        code=plan.code,
        name=str(plan.name),
        kind=plan.kind,
        priority=plan.priority,
        max_proposals=plan.max_proposals,
        headline_en=plan.headline_en,
        headline_ja=plan.headline_ja,
        body_en=plan.body_en,
        body_ja=plan.body_ja,
        audience=plan.audience,
        currency=currency,
        **{**plan.columns, **columns},
    )
    offer.save()
    offer.placements.set(Placement.objects.filter(code__in=plan.placements))
    OfferStrategy.objects.bulk_create(
        OfferStrategy(offer=offer, strategy=strategy, position=position)
        for position, strategy in enumerate(plan.strategies)
    )
    return offer
