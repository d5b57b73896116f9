"""What becomes of offers when something that they name is deleted.

An offer that loses the last thing that it is restricted to, or the last source of its proposals, is paused.
Every offer that loses something gets a new version.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.timezone import now
from msgspec import Struct
from msgspec.structs import replace

from catalog.models import Bundle, BundleItem, Product
from catalog.models.deletion import Loss, watch_deletions
from catalog.services.bundle import bundles_broken
from catalog.services.revision import raise_revision
from engine import pricing
from offers.kinds.registry import all_kinds
from offers.models import (
    DeletionPause,
    Offer,
    PromotionCode,
    StrategyCode,
)
from offers.models.deletion import NAMES_LENGTH
from offers.services.collection.sources import collect_offer_sources
from offers.services.offer import record_versions
from offers.services.restriction import RESTRICTED, idle_offers, restrict
from offers.services.source import OfferSource
from offers.services.terms import build_pricing_offer
from offers.services.uses import (
    BUNDLE,
    CODE,
    IN_CONDITIONS,
    ITEM,
    LINKS,
    OWN_PICK,
    PART,
    PICK,
    PLACEMENT,
    TARGET_CATEGORY,
    TRIGGER,
    TRIGGER_CATEGORY,
    Link,
    Use,
    names_of,
    uses_of,
)
from offers.services.ways import Ways, open_ways, proposes


class Gone(Struct, frozen=True):
    """The keys of what an offer loses, by what they were to it."""

    triggers: frozenset[int] = frozenset()
    trigger_categories: frozenset[int] = frozenset()
    picks: frozenset[int] = frozenset()
    target_categories: frozenset[int] = frozenset()
    bundles: frozenset[int] = frozenset()
    placements: frozenset[int] = frozenset()


def foresee_losses_of_offers(rows: QuerySet[Any]) -> list[Loss]:
    """Return the offers that lose something when these rows are deleted, by a constant number of queries."""
    return _losses(rows, uses_of(rows))


@contextmanager
def keep_restricted(rows: QuerySet[Any]) -> Iterator[None]:
    """Around the deletion of these rows: keep offers restricted, pause those left with nothing."""
    uses = uses_of(rows)
    losses = _losses(rows, uses)
    touched = _touched(rows, losses)
    if not touched:
        yield
        return
    at = now()
    offers = Offer.objects.filter(pk__in=touched)
    record_versions(offers=offers, by=None, at=at)
    _keep_scopes(uses)
    yield
    _pause(_still_empty([loss for loss in losses if loss.is_paused]), rows.model, at)
    record_versions(offers=offers, by=None, at=at, losing={loss.offer_id for loss in losses})
    raise_revision(domain="offers")


def _pause(paused: list[Loss], model: type[Model], at: datetime) -> None:
    """Pause the offers of which nothing is left, and note why."""
    if not paused:
        return
    emptied = Offer.objects.filter(pk__in=[loss.offer_id for loss in paused])
    emptied.update(is_active=False, updated_at=at)
    settle_pauses(emptied, at=at)
    lost, _links = LINKS[model]
    DeletionPause.objects.bulk_create(
        DeletionPause(
            offer_id=loss.offer_id, lost=lost, names=", ".join(loss.names)[:NAMES_LENGTH], paused_at=at
        )
        for loss in paused
    )


def settle_pauses(offers: QuerySet[Offer], *, at: datetime) -> None:
    """Note that these offers no longer wait for somebody: they were published again."""
    waiting = DeletionPause.objects.filter(offer__in=offers.order_by().values("pk"), settled_at=None)
    waiting.update(settled_at=at)


def _still_empty(losses: list[Loss]) -> list[Loss]:
    """Return the losses of offers to which nothing was added meanwhile, as a form may that replaces rows."""
    if not losses:
        return []
    offers = Offer.objects.filter(pk__in=[loss.offer_id for loss in losses])
    placeless = offers.filter(placements=None).values_list("pk", flat=True)
    empty = idle_offers(offers) | set(placeless)
    return [loss for loss in losses if loss.offer_id in empty]


def _losses(rows: QuerySet[Any], uses: list[Use]) -> list[Loss]:
    """Return what becomes of each offer that names one of the rows."""
    if not uses:
        return []
    by_offer: dict[int, list[Use]] = {}
    for use in uses:
        by_offer.setdefault(use.offer, []).append(use)
    keys = set(by_offer)
    offers = {offer.pk: offer for offer in Offer.objects.filter(pk__in=keys).order_by("name", "pk")}
    sources = {source.id: source for source in collect_offer_sources(Offer.objects.filter(pk__in=keys))}
    ends = Ends(rows, uses)
    codeless = _without_codes(keys, uses)
    names = names_of(uses)
    return [
        Loss(
            pk,
            offer.name,
            offer.is_active,
            tuple(dict.fromkeys(names[use.link.thing, use.thing] for use in by_offer[pk])),
            offer.is_active and (pk in codeless or _is_emptied_by(by_offer[pk], sources[pk], ends)),
        )
        for pk, offer in offers.items()
        if pk in sources
    ]


def _is_emptied_by(uses: list[Use], source: OfferSource[Any], ends: "Ends") -> bool:
    """Tell whether the offer is left with nothing; conditions do not say what it applies to."""
    named = [use for use in uses if use.link.key != IN_CONDITIONS]
    return bool(named) and ends.empty(source, named)


def _gone(uses: list[Use], broken: frozenset[int]) -> Gone:
    """Return what an offer loses by these uses; `broken` are bundles that are left without two units."""

    def lost(*links: Link) -> frozenset[int]:
        return frozenset(use.thing for use in uses if use.link in links)

    return Gone(
        triggers=lost(TRIGGER),
        trigger_categories=lost(TRIGGER_CATEGORY),
        picks=lost(PICK, OWN_PICK),
        target_categories=lost(TARGET_CATEGORY),
        bundles=lost(BUNDLE) | broken,
        placements=lost(PLACEMENT),
    )


class Ends:
    """What the deletion of some rows ends for the offers that use them."""

    def __init__(self, rows: QuerySet[Any], uses: list[Use]) -> None:
        items = BundleItem.objects.none()
        if any(use.link in (PART, ITEM) for use in uses):
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
    discounted = source.discounted and _rest(source.discounted, gone.picks, gone.target_categories)
    if discounted == pricing.NOTHING and source.kind not in _kinds_with_targets():
        discounted = None
    return replace(
        source,
        triggers=_rest(source.triggers, gone.triggers, gone.trigger_categories),
        picked=tuple(one for one in source.picked if one not in gone.picks),
        discounted=discounted,
        named_bundles=None if bundles is None else tuple(one for one in bundles if one not in gone.bundles),
        placements=tuple(one for one in source.placements if one not in gone.placements),
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
    gone = [use.thing for use in uses if use.link == CODE]
    if not gone:
        return set()
    rest = PromotionCode.objects.filter(offer__in=keys).exclude(pk__in=gone)
    return keys - set(rest.values_list("offer_id", flat=True))


def _touched(rows: QuerySet[Any], losses: list[Loss]) -> set[int]:
    """Return the offers whose price rules may change: a bundle less also concerns offers of every bundle."""
    keys = {loss.offer_id for loss in losses}
    these = rows.order_by().values("pk")
    column = {Bundle: "pk", Product: "items__product", BundleItem: "items"}.get(rows.model)
    if column and Bundle.objects.filter(is_active=True, **{f"{column}__in": these}).exists():
        of_all = Offer.objects.filter(strategies__strategy=StrategyCode.BUNDLE, bundles__isnull=True)
        keys |= set(of_all.values_list("pk", flat=True))
    return keys


def _keep_scopes(uses: list[Use]) -> None:
    """Let each offer say that it is restricted, in the way in which it was."""
    for column in RESTRICTED:
        keys = {use.offer for use in uses if use.link.scope == column}
        if keys:
            restrict(offers=Offer.objects.filter(pk__in=keys), column=column)


watch_deletions(keep_restricted, foresee_losses_of_offers)
