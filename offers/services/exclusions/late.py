"""Late events: they would change the results of days that were read long ago."""

from datetime import timedelta

from django.conf import settings

from offers.services.exclusions.arrival import Arrival, Datable


def is_late(event: Datable, arrival: Arrival) -> bool:
    """Tell whether the decision was older than AWASE_LATE_EVENT_DAYS when the event arrived.

    Behaviour has no decision: its own time counts.
    """
    return arrival.at - event.dated_at > timedelta(days=settings.AWASE_LATE_EVENT_DAYS)
