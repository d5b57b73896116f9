"""Tasks that beat wakes; each asks a service what there is to do."""

from celery import shared_task
from django.utils import timezone

from checkout.services import redemption
from gateway.services import idempotency


@shared_task
def expire_reservations() -> int:
    """Give back what overdue reservations hold."""
    return redemption.expire_reservations(at=timezone.now())


@shared_task
def prune_quotes() -> None:
    """Delete quotes and answers that nobody will ask for again."""
    redemption.prune_quotes(at=timezone.now())
    idempotency.forget_calls(at=timezone.now())
