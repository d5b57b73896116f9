"""What the page reported about an offer."""

from offers.models import Event


def event_types(offer: str) -> list[str]:
    """Return the types of the events of an offer, the oldest first."""
    return list(Event.objects.filter(offer_code=offer).order_by("pk").values_list("type", flat=True))
