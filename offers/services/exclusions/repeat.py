"""Repeats: one event of each type counts for one decision, offer, position and person.

The unique constraint `offers_event_counts_once` decides, however many batches arrive at once.
"""

from offers.services.exclusions.arrival import Arrival, PlausibleEvent
from offers.services.exclusions.identity import address_of, visitor_of


def person_of(event: PlausibleEvent, arrival: Arrival) -> str:
    """Return the digest of the person an event counts for, once.

    A decision that was made for one call has one person, whatever its events say: "". A shared one is that
    of each customer, session or network.
    """
    if not event.is_shared:
        return ""
    return visitor_of(event) or address_of(arrival, event.decision)
