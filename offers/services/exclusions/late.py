"""Late events: they would change the results of days that were read long ago."""

from datetime import timedelta

from django.conf import settings

from offers.services.exclusions.arrival import Arrival, PlausibleEvent


def is_late(event: PlausibleEvent, arrival: Arrival) -> bool:
    """Tell whether the decision was older than AWASE_LATE_EVENT_DAYS when the event arrived.

    The time of the decision is signed, unlike `occurred_at`.
    """
    return arrival.at - event.decided_at > timedelta(days=settings.AWASE_LATE_EVENT_DAYS)
