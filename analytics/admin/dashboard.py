"""The first page: what is live, how fresh it is, and what to do next. A constant number of queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from analytics.admin.waiting import request_context
from analytics.models import RecomputeRun
from analytics.reports.results import OfferResults, read_results
from catalog.models import Product
from checkout.models import Order
from engine.moments import parse_moment
from gateway.models import ApiKey
from offers.admin.preview import latest_unseen_change
from offers.admin.summary import own_kind, summary, with_kinds
from offers.models import Generation, Offer, Placement
from offers.services.generation import newest_generation
from offers.services.serving import serving_snapshot

SHOWN_OFFERS = 12
RESULTS_PERIOD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """What serves now: when it was built, what it holds, and the last change it lacks."""

    built_at: datetime | None
    counts: dict[str, int]
    unseen_since: datetime | None


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """A live offer and what shoppers did with it in the last days."""

    offer: Offer
    price: str
    results: OfferResults


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is missing, and how to get it: a command to type or a page to open."""

    text: str
    command: str = ""
    link: str = ""


@dataclass(slots=True)
class Dashboard:
    """Everything the first page shows."""

    at: datetime
    offer_count: int
    planned_count: int
    product_count: int
    sellable_count: int
    generation: Generation | None
    run: RecomputeRun | None
    snapshot: SnapshotState | None
    offers: list[LiveOffer]
    steps: list[Step] = field(default_factory=list)


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Give the first page its content: for those who may see offers."""
    context["title"] = _("Today")
    if request.user.has_perm("offers.view_offer"):
        at = now()
        context |= {"dashboard": read_dashboard(at), **request_context(request, at)}
    return context


def read_dashboard(at: datetime) -> Dashboard:
    """Read the state of the shop."""
    live = Offer.objects.live_at(at)
    dashboard = Dashboard(
        at=at,
        offer_count=live.count(),
        planned_count=Offer.objects.filter(is_active=True, starts_at__gt=at).count(),
        product_count=Product.objects.count(),
        sellable_count=Product.objects.sellable().count(),
        generation=newest_generation().first(),
        run=RecomputeRun.objects.order_by("-requested_at", "-pk").first(),
        snapshot=read_snapshot_state(),
        offers=_live_offers(at),
    )
    dashboard.steps = _steps(dashboard)
    return dashboard


def read_snapshot_state() -> SnapshotState | None:
    """Return the state of the snapshot that serves, None where there is none."""
    snapshot = serving_snapshot()
    if snapshot is None:
        return None
    manifest = snapshot.manifest
    return SnapshotState(
        parse_moment(snapshot.built_at), manifest.get("counts", {}), latest_unseen_change(manifest)
    )


def _live_offers(at: datetime) -> list[LiveOffer]:
    live = Offer.objects.live_at(at).order_by("-priority", "name", "pk")
    offers = with_kinds(live).prefetch_related(
        Prefetch("placements", Placement.objects.order_by("name")),
    )[:SHOWN_OFFERS]
    results = read_results(at - RESULTS_PERIOD, [offer.code for offer in offers])
    return [
        LiveOffer(
            offer=offer,
            price=summary(own_kind(offer)),
            results=results.get(offer.code, OfferResults()),
        )
        for offer in offers
    ]


def _steps(dashboard: Dashboard) -> list[Step]:
    """Return what is missing until shoppers see offers, in the order to do it."""
    worker = "celery -A config worker --beat"
    found = [
        (
            not dashboard.product_count,
            Step(_("Import your products."), "python manage.py import_products FILE"),
        ),
        (not Order.objects.exists(), Step(_("Import your orders."), "python manage.py import_orders FILE")),
        (
            dashboard.generation is None,
            Step(_("Learn from the orders: start a recompute."), "python manage.py recompute"),
        ),
        (
            not Placement.objects.exists(),
            Step(_("Name the places of your storefront."), link=reverse("admin:offers_placement_add")),
        ),
        (not dashboard.offer_count, Step(_("Add an offer."), link=reverse("admin:offers_offer_add"))),
        (
            not ApiKey.objects.filter(revoked_at=None).exists(),
            Step(_("Make a key for your storefront."), link=reverse("admin:gateway_apikey_add")),
        ),
        (dashboard.snapshot is None, Step(_("Start a worker: it builds the snapshot that serves."), worker)),
    ]
    return [step for is_missing, step in found if is_missing]
