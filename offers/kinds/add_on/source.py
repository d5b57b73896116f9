"""How add-ons are read, and what they mean to pricing."""

from msgspec import Struct

from engine.pricing.kinds.add_on import AddOnTerms
from offers.services.source import OfferSource


class AddOnValues(Struct, frozen=True):
    """The columns of the kind."""

    min_count: int
    max_count: int | None
    included_count: int


def terms(source: OfferSource[AddOnValues]) -> AddOnTerms | None:
    """Return the options and how many of them are taken, None without options."""
    if not source.picked:
        return None
    return AddOnTerms(
        parents=source.triggers,
        options=source.picks,
        min_count=source.own.min_count,
        max_count=source.own.max_count,
        included_count=source.own.included_count,
        benefit=source.benefit,
    )
