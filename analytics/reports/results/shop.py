"""All sales of the shop in a period, which those of offers are a part of."""

from dataclasses import dataclass

from django.db.models import Sum

from analytics.models import DailySales
from analytics.reports.results.funnel import Funnel
from analytics.reports.results.period import Period
from catalog.services.amounts import money, percentage


@dataclass(frozen=True, slots=True)
class ShopSales:
    """All orders that were not cancelled, in one currency."""

    orders: int
    net: str  # minus what was refunded of them
    refunded: str  # empty if nothing was
    share: str  # of sales through offers, direct and attributed; empty without sales


def read_shop_sales(period: Period, total: Funnel, currency: str) -> ShopSales:
    """Return the sales of the shop and which share `total` has of them, in one query."""
    rows = DailySales.objects.filter(day__range=(period.first, period.last), currency=currency)
    sums = rows.aggregate(
        all_orders=Sum("orders", default=0),
        sales=Sum("sales_minor", default=0),
        refunds=Sum("refunded_minor", default=0),
    )
    sales, refunds = int(sums["sales"]), int(sums["refunds"])
    share = 100 * total.direct.sales_minor / sales if sales else None
    return ShopSales(
        orders=int(sums["all_orders"]),
        net=money(sales - refunds, currency),
        refunded=money(refunds, currency) if refunds else "",
        share="" if share is None else percentage(f"{share:.1f}"),
    )
