"""Prefetches: a browser loads or renders a page that nobody has opened yet."""

from offers.services.exclusions.arrival import Arrival, Datable


def is_from_a_prefetch(event: Datable, arrival: Arrival) -> bool:
    """Tell whether the browser says so in `Sec-Purpose`, such as `prefetch;prerender` (Fetch Standard)."""
    del event
    return arrival.purpose.partition(";")[0].strip().lower() == "prefetch"
