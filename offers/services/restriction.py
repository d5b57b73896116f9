"""Offers that are restricted to something of which nothing is left."""

from django.db.models import QuerySet

from offers.models import Offer
from offers.services.collection.sources import collect_offer_sources
from offers.services.faults import is_incomplete


def incomplete_offers(offers: QuerySet[Offer]) -> set[int]:
    """Return the offers that apply to nothing or are for nobody, by a constant number of queries."""
    without_code = offers.filter(needs_code=True, codes__isnull=True).values_list("pk", flat=True)
    sources = collect_offer_sources(offers)
    return {source.id for source in sources if is_incomplete(source)} | set(without_code)
