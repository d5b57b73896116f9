"""Publish what is used of the offers' limits, so that decisions do not propose what is used up."""

from django.conf import settings
from django.db.models import Q

from checkout.models import OfferUsage
from engine.conditions.circumstances import Used
from engine.snapshot.counters import write_counters


def publish_counters() -> bool:
    """Write the counters of all limited offers where web workers read them; return whether they changed."""
    has_limit = Q(offer__usage_limit__isnull=False) | Q(offer__budget_minor__isnull=False)
    rows = OfferUsage.objects.filter(has_limit).values_list("offer_id", "used_count", "spent_minor")
    used = {offer: Used(uses, spent) for offer, uses, spent in rows}
    return write_counters(settings.AWASE_SNAPSHOT_DIR, used)
