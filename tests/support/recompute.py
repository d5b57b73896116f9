"""Run a recompute in a test, and read what it published."""

from datetime import UTC, datetime

from analytics.models import RecomputeRun, RunTrigger
from analytics.services.recompute import run_recompute
from analytics.services.run import claim_run, request_run
from offers.models import (
    CustomerFacts,
    CustomerHistory,
    Generation,
    PopularProducts,
    ProductFacts,
    ProductPartners,
)

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def requested() -> RecomputeRun:
    return request_run(trigger=RunTrigger.ADMIN, requested_by=None, at=AT)


def claimed(*, by: str | None = None) -> RecomputeRun:
    """Return a run claimed by this process or by another worker."""
    run = requested()
    assert claim_run(run=run, at=AT)
    if by:
        RecomputeRun.objects.filter(pk=run.pk).update(worker=by)
    return run


def learn_now() -> RecomputeRun:
    return run_recompute(run=claimed(), at=AT)


def published_bytes() -> list[object]:
    newest = Generation.objects.latest("pk")
    partners = ProductPartners.objects.order_by("product")
    popular = PopularProducts.objects.filter(generation=newest).order_by("category")
    return [
        [(row.product_id, bytes(row.partners)) for row in partners],
        [(row.category_id, bytes(row.products)) for row in popular],
        [(row.pk, bytes(row.purchases)) for row in CustomerHistory.objects.order_by("pk")],
        [tuple(map(_plain, row)) for row in CustomerFacts.objects.order_by("pk").values_list()],
        list(ProductFacts.objects.order_by("pk").values_list()),
    ]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
