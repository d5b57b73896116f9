"""Periodic tasks; each calls a service that does what is due."""

from celery import shared_task
from django.utils import timezone

from checkout.services import counters, customer_merge, redemption
from gateway.services import idempotency


@shared_task
def expire_reservations() -> int:
    """Release the limits and gifts of overdue reservations."""
    return redemption.expire_reservations(at=timezone.now())


@shared_task
def publish_counters() -> bool:
    """Let decisions know what is left of the offers' limits."""
    return counters.publish_counters()


@shared_task
def move_rows_of_merged_customers() -> int:
    """Move what was written under a merged customer ID at the moment of the merge."""
    return customer_merge.move_rows()


@shared_task
def prune_quotes() -> None:
    """Delete old quotes and stored responses."""
    redemption.prune_quotes(at=timezone.now())
    idempotency.forget_calls(at=timezone.now())
