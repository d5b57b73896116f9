"""Offers that are restricted to something: what keeps them so, and those of which nothing is left."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from offers.kinds.registry import all_kinds
from offers.models import (
    BatchState,
    BundleScope,
    CodeBatch,
    CuratedProduct,
    Offer,
    PromotionCode,
    TargetScope,
    TriggerScope,
)
from offers.services.collection.sources import collect_offer_sources
from offers.services.faults import is_incomplete
from offers.services.terms import build_pricing_offer
from offers.services.ways import open_ways, proposes

# The columns that say what it means that an offer names nothing, with what they say of a restricted offer.
RESTRICTED: Mapping[str, Any] = {
    "trigger_scope": TriggerScope.CHOSEN,
    "target_scope": TargetScope.CHOSEN,
    "bundle_scope": BundleScope.CHOSEN,
    "needs_code": True,
}
# The rows by which offers name what such a column is about.
_NAMED_BY: Mapping[str, tuple[Any, ...]] = {
    "trigger_scope": (Offer.trigger_products.through, Offer.trigger_categories.through),
    "target_scope": (CuratedProduct, Offer.target_categories.through),
    "bundle_scope": (Offer.bundles.through,),
    "needs_code": (PromotionCode,),
}


def incomplete_offers(offers: QuerySet[Offer]) -> set[int]:
    """Return the offers that apply to nothing or are for nobody, by a constant number of queries."""
    sources = collect_offer_sources(offers)
    return {source.id for source in sources if source.is_unmet or is_incomplete(source)} | _without_codes(
        offers
    )


def idle_offers(offers: QuerySet[Offer]) -> set[int]:
    """Return the offers that apply to nothing, propose nothing, are shown nowhere or are for nobody.

    It also finds what was removed by means that no model watches, by a constant number of queries.
    """
    sources = collect_offer_sources(offers)
    ways = open_ways()
    idle = {
        one.id
        for one in sources
        if not one.placements or one.is_unmet or build_pricing_offer(one) is None or not proposes(one, ways)
    }
    return idle | _without_codes(offers)


def _without_codes(offers: QuerySet[Offer]) -> set[int]:
    codeless = offers.filter(needs_code=True, codes__isnull=True).exclude(pk__in=offers_with_batches())
    return set(codeless.values_list("pk", flat=True))


def offers_with_batches() -> QuerySet[Any, Any]:
    """Return the primary keys of the offers with a batch of codes that is ready or being generated."""
    usable = (BatchState.WAITING, BatchState.READY)
    return CodeBatch.objects.filter(state__in=usable).order_by().values("offer_id")


def restrict(*, offers: QuerySet[Offer], column: str) -> None:
    """Let these offers say that they are restricted; `column` is one of RESTRICTED."""
    if column == "target_scope":
        offers = offers.filter(kind__in=[kind.code for kind in all_kinds() if kind.has_targets])
    offers.exclude(**{column: RESTRICTED[column]}).update(**{column: RESTRICTED[column]})


def keep_restrictions() -> None:
    """Let every offer that names something say that it is restricted.

    A script need not know the columns, and may remove what it has named by any means. What was in a snapshot
    as restricted stays so.
    """
    for column, tables in _NAMED_BY.items():
        for table in tables:
            naming = table._default_manager.order_by().values("offer_id")  # noqa: SLF001 (Django's model API)
            restrict(offers=Offer.objects.filter(pk__in=naming), column=column)
    restrict(offers=Offer.objects.filter(pk__in=offers_with_batches()), column="needs_code")
