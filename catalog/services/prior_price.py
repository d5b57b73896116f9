"""The prior price: what may stand struck through beside a reduced price."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from catalog.bulk import among
from catalog.models import PriceChange, Product

# Directive 98/6/EC, article 6a (“Omnibus”): at least 30 days before the reduction.
PRIOR_PERIOD: Final = timedelta(days=30)

Change = tuple[datetime, int]


def lowest_prior_price(changes: Iterable[Change], *, reduced_at: datetime) -> int | None:
    """Return the lowest price that held at any moment of the 30 days before `reduced_at`.

    `changes` are moments and the prices, in minor units, that held from then on, in any order; the price
    with which the 30 days began counts. None where no price held before the reduction.
    """
    begins = reduced_at - PRIOR_PERIOD
    before = [change for change in changes if change[0] < reduced_at]
    first = max((moment for moment, _price in before if moment <= begins), default=None)
    held = [price for moment, price in before if moment > begins or moment == first]
    return min(held, default=None)


def prior_prices(*, reduced_at: Mapping[int, datetime], currency: str) -> dict[int, int]:
    """Return the prior price of each product whose history knows one, in one query.

    `reduced_at` says by product when its reduction began.
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
