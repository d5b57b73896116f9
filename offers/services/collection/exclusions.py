"""Collect the exclusions and restricted goods of a shop, as sets of products."""

import numpy as np

from engine.snapshot.data import UNKNOWN, ExclusionData, Flags, RestrictionData
from offers.models import Effect, ProductExclusion
from offers.services.collection.rows import Ints, Rows, rows_of
from offers.services.selection import SelectableCatalogue, selection_of


def collect_exclusions(
    *, products: Ints, placements: Rows
) -> tuple[list[ExclusionData], list[RestrictionData]]:
    """Return what is excluded and restricted of these products, primary keys ascending.

    A constant number of queries. An exclusion of placements or products of which nothing is left has no
    effect.
    """
    active = list(
        ProductExclusion.objects.filter(is_active=True)
        .select_related("attribute")
        .prefetch_related("products", "categories", "placements")
        .order_by("pk")
    )
    if not active:
        return [], []
    selections = [selection_of(one) for one in active]
    catalogue = SelectableCatalogue(selections)
    rows = rows_of(products, catalogue.pk)
    exclusions, restrictions = [], []
    for one, selection in zip(active, selections, strict=True):
        hits = _in_rows(catalogue.hits(selection), rows, len(products))
        if one.effect == Effect.RESTRICTED and one.attribute is not None:
            restrictions.append(RestrictionData(hits, one.attribute.code, one.attribute_equals))
        elif one.effect != Effect.RESTRICTED:
            named = tuple(placements.known(placement.pk for placement in one.placements.all()))
            places = None if one.is_everywhere else named
            exclusions.append(ExclusionData(hits, places, with_picked=one.effect == Effect.ALL))
    return exclusions, restrictions


def _in_rows(hits: Flags, rows: Ints, count: int) -> Flags:
    """Return the hits by the rows of the snapshot; what came or went meanwhile is left out."""
    placed = np.zeros(count, np.bool_)
    known = rows != UNKNOWN
    placed[rows[known]] = hits[known]
    return placed
