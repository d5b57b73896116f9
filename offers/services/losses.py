"""What offers lose when something that they name is deleted, and what becomes of them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from msgspec.structs import replace

from catalog.models import BundleItem
from catalog.models.loss import Fate, Loss
from catalog.services.bundle import bundles_broken
from engine import pricing
from engine.conditions.tree.gone import never_holds
from offers.kinds.registry import all_kinds
from offers.models import Offer, PromotionCode
from offers.services.collection.sources import collect_offer_sources
from offers.services.restriction import offers_with_batches
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer
from offers.services.trees import names_of_rows, without_gone
from offers.services.uses import Use, UseRole, names_of
from offers.services.ways import Ways, open_ways, proposes

# The keys of what an offer loses, by what they were to it.
Gone = Mapping[UseRole, frozenset[int]]


def losses_of(rows: QuerySet[Any], uses: list[Use]) -> list[Loss]:
    """Return what becomes of each offer that names one of the rows, by name."""
    if not uses:
        return []
    by_offer: dict[int, list[Use]] = {}
    for use in uses:
        by_offer.setdefault(use.offer, []).append(use)
    keys = set(by_offer)
    offers = {offer.pk: offer for offer in Offer.objects.filter(pk__in=keys).order_by("name", "pk")}
    sources = {source.id: source for source in collect_offer_sources(Offer.objects.filter(pk__in=keys))}
    fates = Fates(rows, uses, list(sources.values()))
    names = names_of(uses)
    return [
        Loss(
            Offer,
            pk,
            offer.name,
            tuple(dict.fromkeys(names[use.model, use.thing] for use in by_offer[pk])),
            fates.of(sources[pk], by_offer[pk]),
        )
        for pk, offer in offers.items()
        if pk in sources
    ]


class Fates:
    """What becomes of the offers that use some rows when these are deleted."""

    def __init__(self, rows: QuerySet[Any], uses: list[Use], sources: list[OfferSource[Any]]) -> None:
        self._ends = Ends(rows, uses)
        self._codeless = _without_codes({source.id for source in sources}, uses)
        self._unmet = _unmet(rows, sources) if any(use.role is UseRole.CONDITION for use in uses) else set()

    def of(self, source: OfferSource[Any], uses: list[Use]) -> Fate:
        """Return what becomes of the offer with these uses; conditions do not say what it applies to."""
        if not source.is_active:
            return Fate.INACTIVE
        named = [use for use in uses if use.role is not UseRole.CONDITION]
        if source.id in self._codeless or (named and self._ends.empty(source, named)):
            return Fate.EMPTIED
        if source.id in self._unmet:
            return Fate.UNMET
        return Fate.FREED if all(use.role is UseRole.EXCLUDED for use in uses) else Fate.CONTINUES


def _unmet(rows: QuerySet[Any], sources: list[OfferSource[Any]]) -> set[int]:
    """Return the offers whose conditions can never be met any more once the rows are gone."""
    trees = {source.id: source.tree for source in sources if source.tree and not never_holds(source.tree)}
    left = without_gone(trees, losing=frozenset(names_of_rows(rows)))
    return {offer for offer, tree in left.items() if never_holds(tree)}


def _gone(uses: list[Use], broken: frozenset[int]) -> Gone:
    """Return what an offer loses by these uses; `broken` are bundles that are left without two units."""
    gone = {role: frozenset(use.thing for use in uses if use.role is role) for role in UseRole}
    gone[UseRole.BUNDLE] |= broken
    return gone


class Ends:
    """What the deletion of some rows ends for the offers that use them."""

    def __init__(self, rows: QuerySet[Any], uses: list[Use]) -> None:
        items = BundleItem.objects.none()
        if any(use.role is UseRole.PART for use in uses):
            key = "pk" if rows.model is BundleItem else "product"
            items = BundleItem.objects.filter(**{f"{key}__in": rows.order_by().values("pk")})
        self._broken = frozenset(bundles_broken(items=items).values_list("pk", flat=True))
        self._rows = rows

    @cached_property
    def _ways(self) -> tuple[Ways, Ways]:
        """Return all ways from a product to others, and what is left of them."""
        return open_ways(), open_ways(without=self._rows)

    def empty(self, source: OfferSource[Any], uses: list[Use]) -> bool:
        """Tell whether these uses are the last ones of an offer that is shown, applies and proposes."""
        left = _without(source, _gone(uses, self._broken))
        if source.placements and not left.placements:
            return True
        now, rest = self._ways
        if build_pricing_offer(source) is None or not proposes(source, now):
            return False
        return build_pricing_offer(left) is None or not proposes(left, rest)


def _without(source: OfferSource[Any], gone: Gone) -> OfferSource[Any]:
    bundles = source.named_bundles
    if bundles is not None:
        bundles = tuple(one for one in bundles if one not in gone[UseRole.BUNDLE])
    discounted = source.discounted and _rest(
        source.discounted, gone[UseRole.PICK], gone[UseRole.TARGET_CATEGORY]
    )
    if discounted == pricing.NOTHING and source.kind not in _kinds_with_targets():
        discounted = None
    return replace(
        source,
        triggers=_rest(source.triggers, gone[UseRole.TRIGGER], gone[UseRole.TRIGGER_CATEGORY]),
        picked=tuple(one for one in source.picked if one not in gone[UseRole.PICK]),
        discounted=discounted,
        named_bundles=bundles,
        placements=tuple(one for one in source.placements if one not in gone[UseRole.PLACEMENT]),
    )


def _rest(
    selector: pricing.Selector, products: frozenset[int], categories: frozenset[int]
) -> pricing.Selector:
    return replace(
        selector, products=selector.products - products, categories=selector.categories - categories
    )


def _kinds_with_targets() -> set[str]:
    return {kind.code for kind in all_kinds() if kind.has_targets}


def _without_codes(keys: set[int], uses: list[Use]) -> set[int]:
    """Return the offers that lose their last promotion code."""
    gone = [use.thing for use in uses if use.role is UseRole.CODE]
    if not gone:
        return set()
    rest = PromotionCode.objects.filter(offer__in=keys).exclude(pk__in=gone)
    generated = offers_with_batches().filter(offer__in=keys)
    return keys - {offer for rows in (rest, generated) for offer in rows.values_list("offer_id", flat=True)}
