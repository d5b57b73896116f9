"""Collect the price changes that the reductions of today look back on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import F, OuterRef, QuerySet, Subquery

from catalog.database.columns import moment_us, read_selected
from catalog.models import PriceChange
from engine.pricing.prior_price import PRIOR_PERIOD
from engine.snapshot.data import UNKNOWN, OfferData
from engine.snapshot.history import PriceHistory
from offers.services.collection.rows import Ints, rows_of

# Reductions that began earlier name no prior price: a snapshot cannot keep every price there ever was.
LONGEST: Final = timedelta(days=400)
SECOND_US: Final = 1_000_000


def collect_history(*, offers: Iterable[OfferData], product_pks: Ints, at: datetime) -> PriceHistory:
    """Return the changes since 30 days before the first reduction, and the price each followed.

    Without an offer there is nothing to look back on. A product whose price stayed is left out.
    """
    began = [offer.reduced_at for offer in offers if offer.pricing is not None]
    if not began:
        return PriceHistory.empty()
    first = datetime.fromtimestamp(min(began), UTC)
    known_from = max(first, at - LONGEST) - PRIOR_PERIOD
    changes = PriceChange.objects.filter(currency=F("product__currency"))
    before = changes.filter(product=OuterRef("product"), changed_at__lte=known_from).order_by("-changed_at")
    recent = changes.filter(changed_at__gt=known_from)
    firsts = (
        recent.order_by("product_id")
        .values("product_id")
        .distinct()
        .annotate(first=Subquery(before.values("pk")[:1]))
    )
    before_recent = changes.filter(pk__in=firsts.values("first"))
    parts = [_read(recent), _read(before_recent)]
    product_pk, moment, price = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    in_order = np.lexsort((moment, product_pk))
    product = rows_of(product_pks, product_pk[in_order])
    kept = product != UNKNOWN
    in_order = in_order[kept]
    return PriceHistory(
        int(known_from.timestamp()), product[kept], moment[in_order] // SECOND_US, price[in_order]
    )


def _read(changes: QuerySet[PriceChange]) -> list[Ints]:
    """Return the product's primary key, the moment in microseconds and the price of each change."""
    # Without a moment of Python's for each: a new catalogue has a change for every product.
    columns = changes.values_list("product_id", "changed_at", "price_minor")
    return read_selected(columns, integers=("product_id", moment_us("changed_at"), "price_minor"))
