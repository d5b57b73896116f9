"""The state of the shop for the first page of the admin, in a constant number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Prefetch
from django.utils.timezone import localdate

from analytics.models import RecomputeRun
from analytics.reports.drift import DriftRow, read_changes
from analytics.reports.journal import JournalReport, read_journal
from analytics.reports.results.health import ReportedViews, bad_views, read_reported_views
from analytics.reports.results.period import period_of
from analytics.reports.results.recent import OfferResults, read_recent
from catalog.database.bulk import among
from catalog.models import Product
from checkout.models import Order
from engine.moments import parse_moment
from gateway.models import ApiKey
from offers.models import DeletionPause, Generation, Offer, Placement
from offers.services.condition_text import sentences_of
from offers.services.generation import newest_generation
from offers.services.restriction import idle_offers
from offers.services.serving import latest_unseen_change, serving_snapshot
from offers.services.summary import own_kind, summary, with_kinds
from offers.services.trees import broken_conditions

SHOWN_OFFERS = 12
SHOWN_PAUSES = 50
RESULTS_DAYS = 7


class SetupStep(StrEnum):
    """What a shop needs before shoppers see offers, in the order to do it."""

    PRODUCTS = "products"
    ORDERS = "orders"
    RECOMPUTE = "recompute"
    PLACEMENT = "placement"
    OFFER = "offer"
    API_KEY = "api_key"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The snapshot in use: when it was built, what it contains, and the latest change it misses."""

    built_at: datetime | None
    counts: dict[str, int]
    unseen_since: datetime | None


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """A live offer, what it gives, and its results of the last days."""

    offer: Offer
    price: str
    results: OfferResults


@dataclass(frozen=True, slots=True)
class BrokenOffer:
    """An offer with conditions on something deleted, and the conditions as a sentence."""

    offer: Offer
    sentence: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the first page shows."""

    offer_count: int  # live offers that apply to something
    planned_count: int
    product_count: int
    sellable_count: int
    generation: Generation | None
    run: RecomputeRun | None
    snapshot: SnapshotState | None
    journal: JournalReport
    bad_views: tuple[ReportedViews, ...]  # placements of which too few views are reported
    offers: tuple[LiveOffer, ...]
    paused: tuple[DeletionPause, ...]
    idle: tuple[Offer, ...]  # active, but without effect, whatever removed what they need
    broken: tuple[BrokenOffer, ...]  # active, but their conditions refer to something deleted
    changes: tuple[DriftRow, ...]  # as the last recompute found them
    missing: tuple[SetupStep, ...]


def read_dashboard(at: datetime) -> Dashboard:
    """Return the state of the shop at `at`."""
    recent = period_of(code=str(RESULTS_DAYS), first="", last="", today=localdate(at))
    idle = idle_offers(Offer.objects.filter(is_active=True))
    offer_count = Offer.objects.live_at(at).exclude(pk__in=idle).count()
    product_count = Product.objects.count()
    generation = newest_generation().first()
    snapshot = read_snapshot_state()
    is_missing = {
        SetupStep.PRODUCTS: not product_count,
        SetupStep.ORDERS: not Order.objects.exists(),
        SetupStep.RECOMPUTE: generation is None,
        SetupStep.PLACEMENT: not Placement.objects.exists(),
        SetupStep.OFFER: not offer_count,
        SetupStep.API_KEY: not ApiKey.objects.filter(revoked_at=None).exists(),
        SetupStep.WORKER: snapshot is None,
    }
    return Dashboard(
        offer_count=offer_count,
        planned_count=Offer.objects.filter(is_active=True, starts_at__gt=at).count(),
        product_count=product_count,
        sellable_count=Product.objects.sellable().count(),
        generation=generation,
        run=RecomputeRun.objects.order_by("-requested_at", "-pk").first(),
        snapshot=snapshot,
        journal=read_journal(at),
        bad_views=tuple(bad_views(read_reported_views(recent))),
        offers=read_live_offers(at, without=idle),
        paused=read_deletion_pauses(),
        idle=read_offers(idle),
        broken=read_broken_offers(),
        changes=read_changes(),
        missing=tuple(step for step in SetupStep if is_missing[step]),
    )


def read_snapshot_state() -> SnapshotState | None:
    """Return the state of the snapshot in use, or None if none has been built."""
    snapshot = serving_snapshot()
    if snapshot is None:
        return None
    manifest = snapshot.manifest
    return SnapshotState(
        parse_moment(snapshot.built_at), manifest.get("counts", {}), latest_unseen_change(manifest)
    )


def read_deletion_pauses() -> tuple[DeletionPause, ...]:
    """Return the offers that a deletion has paused and nobody has published since, the latest first."""
    waiting = DeletionPause.objects.filter(settled_at=None, offer__is_active=False).select_related("offer")
    return tuple(waiting.order_by("-paused_at", "pk")[:SHOWN_PAUSES])


def read_offers(keys: set[int]) -> tuple[Offer, ...]:
    """Return the first of these offers, by name."""
    return (
        tuple(Offer.objects.filter(among("pk", keys)).order_by("name", "pk")[:SHOWN_PAUSES]) if keys else ()
    )


def read_broken_offers() -> tuple[BrokenOffer, ...]:
    """Return the first active offers with conditions on something deleted, by name."""
    keys = {one.offer for one in broken_conditions() if one.is_active}
    offers = read_offers(keys)
    sentences = sentences_of(offer.conditions for offer in offers)
    return tuple(BrokenOffer(offer, said) for offer, said in zip(offers, sentences, strict=True))


def read_live_offers(at: datetime, *, without: Collection[int]) -> tuple[LiveOffer, ...]:
    """Return the first other live offers, highest priority first, with their results of the last 7 days."""
    live = Offer.objects.live_at(at).exclude(pk__in=without).order_by("-priority", "name", "pk")
    offers = with_kinds(live).prefetch_related(Prefetch("placements", Placement.objects.order_by("name")))
    shown = list(offers[:SHOWN_OFFERS])
    results = read_recent([offer.code for offer in shown], days=RESULTS_DAYS, at=at)
    return tuple(
        LiveOffer(offer, summary(own_kind(offer)), results.get(offer.code, OfferResults())) for offer in shown
    )
