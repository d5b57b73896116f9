"""Collect what is proposed: placements and offers with their conditions."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models

from engine.snapshot import data
from engine.snapshot.pricing import UNPRICED, PricedOffer
from offers.models import CuratedProduct, Offer, OfferStrategy, Placement, StrategyCode
from offers.services.collection.rows import Rows, grouped

_OFFER_COLUMNS = (
    "pk",
    "code",
    "kind",
    "currency",
    "priority",
    "max_proposals",
    "is_active",
    "starts_at",
    "ends_at",
    "audience",
    "min_subtotal_minor",
    "max_step_bp",
    "slow_mover_boost_bp",
    "benefit_kind",
    "benefit_value",
    "headline_en",
    "headline_ja",
    "body_en",
    "body_ja",
)


def collect_placements() -> tuple[Rows, list[data.Placement]]:
    """Return the placements, switched off ones too: the preview speaks of them."""
    table = list(Placement.objects.order_by("pk").values_list("pk", "code", "slot_count", "is_active"))
    placements = [data.Placement(code, slot_count, is_active) for _, code, slot_count, is_active in table]
    return Rows.of(pk for pk, *_ in table), placements


def collect_offers(
    *,
    products: Rows,
    categories: Rows,
    placements: Rows,
    bundles: Rows,
    priced: Mapping[int, PricedOffer],
) -> list[data.Offer]:
    """Return all offers, those that are not live too: they go live without a new snapshot."""
    strategies: dict[int, list[str]] = {}
    table = OfferStrategy.objects.order_by("offer_id", "position", "pk")
    for offer, strategy in table.values_list("offer_id", "strategy"):
        strategies.setdefault(offer, []).append(strategy)
    in_placements = _linked(Offer.placements.through, "placement_id")
    trigger_products = _linked(Offer.trigger_products.through, "product_id")
    trigger_categories = _linked(Offer.trigger_categories.through, "category_id")
    in_bundles = _linked(Offer.bundles.through, "bundle_id")
    curated = grouped(
        CuratedProduct.objects.order_by("offer_id", "position", "pk").values_list("offer_id", "product_id")
    )
    return [
        data.Offer(
            id=pk,
            starts_at=_seconds(columns.pop("starts_at")),
            ends_at=_seconds(columns.pop("ends_at")),
            placements=placements.known(in_placements.get(pk, ())),
            strategies=_strategies(strategies.get(pk, []), in_bundles.get(pk, []), bundles),
            trigger_products=products.all(trigger_products.get(pk, ())),
            trigger_categories=categories.all(trigger_categories.get(pk, ())),
            curated=products.known(curated.get(pk, ())),
            bundles=bundles.known(in_bundles.get(pk, ())),
            priced=priced.get(pk, UNPRICED),
            **columns,
        )
        for columns in Offer.objects.order_by("pk").values(*_OFFER_COLUMNS)
        for pk in (columns.pop("pk"),)
    ]


def _linked(through: type[models.Model], column: str) -> dict[int, list[int]]:
    """Return what each offer is linked to, in the order of the primary keys."""
    links = through._default_manager.order_by("offer_id", column)  # noqa: SLF001 (the documented way)
    return grouped(links.values_list("offer_id", column))


def _strategies(codes: list[str], named_bundles: list[int], bundles: Rows) -> tuple[str, ...]:
    """Return the strategies to ask: not for bundles where those that the offer names are all gone.

    An offer without bundles of its own considers every bundle, which nobody meant here.
    """
    are_gone = bool(named_bundles) and not bundles.known(named_bundles)
    return tuple(code for code in codes if not (are_gone and code == StrategyCode.BUNDLE))


def _seconds(moment: datetime | None) -> int | None:
    """Return whole seconds since 1970-01-01 UTC."""
    return None if moment is None else int(moment.timestamp())
