"""Collect the price changes that the reductions of today look back on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import F, OuterRef, Subquery

from catalog.models import PriceChange
from catalog.prior_price import PRIOR_PERIOD
from offers.services.collection.rows import Ints, rows_of
from offers.snapshot.data import UNKNOWN
from offers.snapshot.history import PriceHistory
from offers.snapshot.pricing import PricedOffer

# Reductions that began earlier name no prior price: a snapshot cannot keep every price there ever was.
LONGEST: Final = timedelta(days=400)


def collect_history(*, priced: Iterable[PricedOffer], product_pks: Ints, at: datetime) -> PriceHistory:
    """Return the changes since 30 days before the first reduction, and the price each followed.

    Without an offer there is nothing to look back on. A product whose price stayed is left out.
    """
    began = [one.gate.reduced_at for one in priced if one.offer is not None]
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
    rows = [
        *recent.values_list("product_id", "changed_at", "price_minor"),
        *changes.filter(pk__in=firsts.values("first")).values_list("product_id", "changed_at", "price_minor"),
    ]
    table = np.array(
        [(pk, int(moment.timestamp()), price) for pk, moment, price in sorted(rows)], np.int64
    ).reshape(-1, 3)
    product = rows_of(product_pks, table[:, 0])
    kept = product != UNKNOWN
    return PriceHistory(int(known_from.timestamp()), product[kept], table[kept, 1], table[kept, 2])
