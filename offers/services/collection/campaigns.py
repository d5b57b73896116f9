"""Collect what is proposed: placements and offers, with their conditions and prices."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from engine.moments import EPOCH
from engine.snapshot.data import OfferData, PlacementData, ReservedData
from offers.models import BoardEntry, ContextValue, ContextValueType, Offer, Placement, ReservedSlot
from offers.services.collection.rows import Rows, grouped
from offers.services.conditions import conditions_of
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer

_PLACEMENT_COLUMNS = (
    "pk",
    "code",
    "slot_count",
    "is_active",
    "is_about_cart",
    "is_after_purchase",
    "fill_ins",
    "after_decline",
    "downsell_id",
    "rank_by",
)


def collect_placements() -> tuple[Rows, list[PlacementData]]:
    """Return the placements, including switched-off ones, because the preview mentions them."""
    table = list(Placement.objects.order_by("pk").values(*_PLACEMENT_COLUMNS))
    links = Offer.placements.through.objects.filter(placement=OuterRef("placement"), offer=OuterRef("offer"))
    entries = BoardEntry.objects.filter(Exists(links)).order_by("placement_id", "position", "pk")
    order = grouped(entries.values_list("placement_id", "offer_id"))
    reserved: dict[int, list[ReservedData]] = {}
    for one in ReservedSlot.objects.order_by("slot"):
        reserved.setdefault(one.placement_id, []).append(ReservedData(one.slot, one.kind, one.offer_id))
    keys = [row.pop("pk") for row in table]
    placements = [
        PlacementData(
            downsell=row.pop("downsell_id"),
            order=tuple(order.get(pk, ())),
            reserved=tuple(reserved.get(pk, ())),
            **row,
        )
        for pk, row in zip(keys, table, strict=True)
    ]
    return Rows.of(keys), placements


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
