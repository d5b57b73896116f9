"""Recompute like a worker: once to warm up, then after a day's new orders for the measurement.

Prints the seconds of each stage of both, the start and end of the second one, and the peak memory.
"""

import json
import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.recompute import run_recompute
from analytics.services.run import claim_next, request_run
from checkout.models import Order, OrderLine
from tests.bench.memory import peak_mb

# One day of orders of the Complete Journey.
NEW_ORDERS = 430


class Command(BaseCommand):
    requires_system_checks = ()  # like a worker, which runs no checks
    help = "Recompute twice; moments are those of the host's monotonic clock."

    def handle(self, *_args: Any, **_options: Any) -> None:
        cold_began_at = time.monotonic()
        cold = _recompute()
        cold_seconds = time.monotonic() - cold_began_at
        _repeat_orders(NEW_ORDERS)
        began_at = time.monotonic()
        run = _recompute()
        ended_at = time.monotonic()
        story = {
            **_story(run),
            "began_at": began_at,
            "ended_at": ended_at,
            "cold": {"seconds": cold_seconds, "stages": cold.timings},
            "peak_mb": peak_mb(),
        }
        self.stdout.write(json.dumps(story))


def _recompute() -> RecomputeRun:
    request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=timezone.now())
    run = claim_next(at=timezone.now())
    if run is None:
        raise CommandError("Another run is under way.")
    return run_recompute(run=run, at=timezone.now())


def _repeat_orders(count: int) -> None:
    """Repeat the last orders, one hour later."""
    last = list(Order.objects.order_by("-pk").prefetch_related("lines")[:count])
    mark = Order.objects.count()
    repeated = Order.objects.bulk_create(
        Order(
            order_id=f"again-{mark + place}",
            customer_id=order.customer_id,
            placed_at=order.placed_at + timedelta(hours=1),
            currency=order.currency,
        )
        for place, order in enumerate(last)
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=new,
            position=line.position,
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
        )
        for new, old in zip(repeated, last, strict=True)
        for line in old.lines.all()
    )


def _story(run: RecomputeRun) -> dict[str, Any]:
    if run.state != RunState.SUCCEEDED or run.generation is None:
        raise CommandError(run.error)
    return {
        "stages": run.timings,
        "counts": run.counts,
        "generation": run.generation.published_at.isoformat(),
    }
