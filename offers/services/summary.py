"""What an offer gives, in one line of a list."""

from django.db.models import QuerySet

from offers.kinds.registry import all_kinds, kind_of
from offers.models import Offer


def with_kinds(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Read along what `summary` says of each kind, in as many queries for one offer as for many.

    Offers of kinds that are not installed are left out.
    """
    tables = {kind.code: _own_table(kind.model) for kind in all_kinds()}
    reads = [
        "__".join(filter(None, (tables[kind.code], name)))
        for kind in all_kinds()
        for name in kind.summary_reads
    ]
    known = offers.filter(kind__in=tables)
    return known.select_related(*filter(None, tables.values())).prefetch_related(*reads)


def own_kind(offer: Offer) -> Offer:
    """Return the offer with the columns of its kind, read with it; the offer itself if there are none."""
    table = _own_table(kind_of(offer.kind).model)
    own: Offer = getattr(offer, table) if table else offer
    return own


def summary(offer: Offer) -> str:
    """Return what a shopper gets; the offer has its kind's own columns, and what they name has been read."""
    return kind_of(offer.kind).summary(offer)


def _own_table(model: type[Offer]) -> str | None:
    """Return the relation from an offer to the table of its kind, None if there is none."""
    link = model._meta.get_ancestor_link(Offer)  # noqa: SLF001 (Django's model API)
    return None if link is None else link.remote_field.get_accessor_name()
