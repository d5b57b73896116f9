"""Tasks that beat wakes; each asks a service what there is to do."""

from celery import shared_task
from django.utils import timezone

from gateway.services import key
from offers.services import snapshot
from offers.services.audience import count
from offers.services.behaviour import retention
from offers.services.codes import generate
from offers.services.restraint import forget


@shared_task
def refresh_snapshot() -> bool:
    """Publish a new snapshot if anything changed, and the key ring in case a web host lost it."""
    key.publish_key_ring()
    return snapshot.refresh_snapshot(at=timezone.now())


@shared_task
def forget_entries() -> int:
    """Delete what happened between the shop and its shoppers so long ago that no policy asks for it."""
    return forget.forget_entries(at=timezone.now())


@shared_task
def forget_behaviour() -> int:
    """Delete what shoppers looked at, searched for and put into the cart too long ago."""
    return retention.forget_behaviour(at=timezone.now())


@shared_task
def count_audiences() -> int:
    """Count the audiences whose count is requested, or whose worker died."""
    return count.count_waiting(at=timezone.now())


@shared_task
def generate_codes() -> int:
    """Generate the codes of a batch that waits or whose worker died, or remove those of a cancelled one."""
    return generate.generate_waiting(at=timezone.now())
