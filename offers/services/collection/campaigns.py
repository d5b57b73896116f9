"""Collect what is proposed: placements and offers, with their conditions and prices."""

from collections.abc import Iterable
from typing import Any

from engine.moments import EPOCH
from engine.snapshot.data import OfferData, PlacementData
from offers.models import ContextValue, ContextValueType, Placement
from offers.services.collection.rows import Rows
from offers.services.conditions import conditions_of
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer


def collect_placements() -> tuple[Rows, list[PlacementData]]:
    """Return the placements, including switched-off ones, because the preview mentions them."""
    columns = ("code", "slot_count", "is_active", "is_about_cart", "is_after_purchase")
    table = list(Placement.objects.order_by("pk").values_list("pk", *columns))
    placements = [PlacementData(*row) for _pk, *row in table]
    return Rows.of(pk for pk, *_ in table), placements


def collect_context() -> dict[str, tuple[str, ...] | None]:
    """Return the context values that requests may send, each with its choices; None: any text."""
    table = ContextValue.objects.order_by("code").values_list("code", "type", "choices")
    return {
        code: tuple(choices) if kind == ContextValueType.CHOICE else None for code, kind, choices in table
    }


def compile_offers(
    sources: Iterable[OfferSource[Any]], *, products: Rows, placements: Rows, bundles: Rows
) -> list[OfferData]:
    """Return all offers as a snapshot keeps them, planned ones too: they go live without a new snapshot."""
    return [
        OfferData(
            id=source.id,
            code=source.code,
            kind=source.kind,
            currency=source.currency or "",
            placements=placements.known(source.placements),
            strategies=source.strategies,
            priority=source.priority,
            max_proposals=source.max_proposals,
            version=source.version,
            conditions=conditions_of(source),
            benefit=source.benefit,
            headline_en=source.headline_en,
            headline_ja=source.headline_ja,
            body_en=source.body_en,
            body_ja=source.body_ja,
            curated=products.known(source.picked),
            bundles=None if source.named_bundles is None else bundles.known(source.named_bundles),
            max_step_bp=source.max_step_bp,
            slow_mover_boost_bp=source.slow_mover_boost_bp,
            pricing=build_pricing_offer(source),
            refund_policy=source.refund_policy,
            reduced_at=_reduced_at(source),
        )
        for source in sources
    ]


def _reduced_at(source: OfferSource[Any]) -> int:
    """Return when the offer's price began to hold: when it was last changed, or when it starts later."""
    moments = [moment for moment in (source.changed_at, source.starts_at) if moment is not None]
    return int(max(moments, default=EPOCH).timestamp())
