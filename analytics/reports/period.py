"""What all offers sold in a period: offer by offer, in total and by day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from analytics.reports.charts import Chart, Series
from analytics.reports.results import (
    ExcludedEvents,
    OfferResults,
    amounts_text,
    read_excluded,
    read_results,
)
from analytics.services.sales import CLOCK_SLACK
from catalog.services.amounts import percentage
from catalog.services.tax_mode import shop_tax_mode
from checkout.models import LineAttribution, OrderLine, Refund, line_total
from engine.money import exponent_of, to_major
from offers.models import Offer
from offers.services.schedule import schedule_state


@dataclass(frozen=True, slots=True)
class ResultsRow:
    """An offer with its results; `offer` is None if it has been deleted."""

    code: str
    offer: Offer | None
    state: tuple[str, str]  # code and text
    results: OfferResults


@dataclass(frozen=True, slots=True)
class Totals:
    """The results of all offers together."""

    sold: str
    share: str  # of all sales in the shop's currency, "12.3%"; empty if nothing was sold
    net_sales: str  # all sales in the shop's currency, minus the refunds of these orders
    refunded: str  # empty if nothing was refunded
    discount: str
    seen: int
    accepted: int


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """The results of a period."""

    rows: tuple[ResultsRow, ...]
    totals: Totals
    by_day: Chart | None
    excluded: tuple[ExcludedEvents, ...]


def read_period(since: datetime, at: datetime) -> PeriodReport:
    """Return the results from `since` to `at`, in at most nine queries."""
    rows = read_offer_rows(since, at)
    return PeriodReport(
        rows=rows,
        totals=_totals(rows, since, at),
        by_day=_sold_by_day(since, at) if any(row.results.sold for row in rows) else None,
        excluded=read_excluded(since),
    )


def read_offer_rows(since: datetime, at: datetime) -> tuple[ResultsRow, ...]:
    """Return each live offer and each offer with results since `since`, best sellers first; four queries."""
    results = read_results(since)
    offers = {offer.code: offer for offer in Offer.objects.all()}
    rows = [
        ResultsRow(
            code=code,
            offer=offers.get(code),
            state=schedule_state(offers[code], at) if code in offers else ("gone", _("deleted")),
            results=results.get(code, OfferResults()),
        )
        for code in offers.keys() | results.keys()
    ]
    rows = [row for row in rows if row.code in results or row.state[0] == "live"]
    return tuple(sorted(rows, key=_best_first))


def _best_first(row: ResultsRow) -> tuple[int, int, int, str]:
    sold = row.results.sold.get(settings.AWASE_CURRENCY, 0)
    return (-sold, -sum(row.results.sold.values()), -row.results.seen, row.code)


def _totals(rows: Iterable[ResultsRow], since: datetime, at: datetime) -> Totals:
    sold: Counter[str] = Counter()
    discount: Counter[str] = Counter()
    for row in rows:
        sold.update(row.results.sold)
        discount.update(row.results.discount)
    all_sales = _all_sales(since, at)
    refunded = _refunded(since, at)
    share = 100 * sold[settings.AWASE_CURRENCY] / all_sales if all_sales else None
    return Totals(
        sold=amounts_text(sold),
        share="" if share is None else percentage(f"{share:.1f}"),
        net_sales=amounts_text({settings.AWASE_CURRENCY: all_sales - refunded}),
        refunded=amounts_text({settings.AWASE_CURRENCY: refunded}) if refunded else "",
        discount=amounts_text(discount),
        seen=sum(row.results.seen for row in rows),
        accepted=sum(row.results.accepted for row in rows),
    )


def _all_sales(since: datetime, at: datetime) -> int:
    """Return the total of all orders in the shop's currency that were not cancelled, in minor units."""
    lines = OrderLine.objects.filter(
        order__placed_at__gte=since,
        order__placed_at__lte=at + CLOCK_SLACK,
        order__currency=settings.AWASE_CURRENCY,
        order__cancelled_at=None,
    )
    return int(lines.aggregate(sold=Sum(line_total()))["sold"] or 0)


def _refunded(since: datetime, at: datetime) -> int:
    """Return what was refunded of the orders of `_all_sales`, without tax where prices are without it."""
    refunds = Refund.objects.filter(
        allocation__order__placed_at__gte=since,
        allocation__order__placed_at__lte=at + CLOCK_SLACK,
        allocation__order__cancelled_at=None,
        allocation__currency=settings.AWASE_CURRENCY,
    )
    sums = refunds.aggregate(gross=Sum("amount_minor", default=0), tax=Sum("tax_minor", default=0))
    return int(sums["gross"] if shop_tax_mode().tax_included else sums["gross"] - sums["tax"])


def _sold_by_day(since: datetime, at: datetime) -> Chart:
    """Return what was sold through offers on each day, in the shop's currency."""
    currency = settings.AWASE_CURRENCY
    rows = LineAttribution.objects.filter(
        line__order__placed_at__gte=since,
        line__order__currency=currency,
        line__order__cancelled_at=None,
    ).order_by()
    sold = dict(
        rows.annotate(day=TruncDate("line__order__placed_at"))
        .values("day")
        .annotate(sold=Sum(line_total("line__")))
        .values_list("day", "sold")
    )
    first, last = localdate(since), localdate(at)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    values = [float(to_major(int(sold.get(day, 0)), currency)) for day in days]
    return Chart(
        kind="bar",
        title=_("Sold through offers, by day (%(currency)s)") % {"currency": currency},
        labels=[date_format(day, "MONTH_DAY_FORMAT") for day in days],
        series=[Series(_("sold through offers"), values)],
        decimals=exponent_of(currency),
    )
