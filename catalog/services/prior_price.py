"""The prior prices of products, from their history."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from catalog.database.bulk import among
from catalog.models import PriceChange, Product
from engine.pricing.prior_price import PRIOR_PERIOD, Change, lowest_prior_price


def prior_prices(*, reduced_at: Mapping[int, datetime], currency: str) -> dict[int, int]:
    """Return the prior price of each product that has one in its history, in one query.

    `reduced_at` is when the reduction of each product began.
    """
    if not reduced_at:
        return {}
    begins = min(reduced_at.values()) - PRIOR_PERIOD
    history = PriceChange.objects.filter(currency=currency)
    first = history.filter(product=OuterRef("pk"), changed_at__lte=begins).order_by("-changed_at")
    firsts = Product.objects.filter(among("pk", reduced_at)).values(first=Subquery(first.values("pk")[:1]))
    rows = history.filter(
        Q(changed_at__gt=begins) | Q(pk__in=firsts),
        among("product_id", reduced_at),
        changed_at__lt=max(reduced_at.values()),
    )
    changes: dict[int, list[Change]] = {}
    for product, moment, price in rows.values_list("product_id", "changed_at", "price_minor"):
        changes.setdefault(product, []).append((moment, price))
    found = {
        product: lowest_prior_price(known, reduced_at=reduced_at[product])
        for product, known in changes.items()
    }
    return {product: price for product, price in found.items() if price is not None}
