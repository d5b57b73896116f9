"""The results page: what offers sold and cost in the last days, offer by offer, to read and to download."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from analytics.admin.offer import PERMISSION
from analytics.reports.charts import Chart, Series
from analytics.reports.results import Amounts, OfferResults, amounts_text, read_results
from analytics.services.sales import CLOCK_SLACK
from catalog.admin.columns import percentage
from checkout.models import LineAttribution, OrderLine, line_total
from engine.money import exponent_of, to_major
from offers.admin.schedule import schedule_state
from offers.models import Offer

PERIODS = (7, 28, 90)
SHOWN = 100

# The columns of the download.
_WHAT = ("offer", "name", "kind", "state")
_COUNTS = ("seen", "clicked", "accepted", "declined", "orders", "uses")
_AMOUNTS = ("currency", "sold", "discount")
_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True, slots=True)
class Line:
    """An offer with its results; one that was deleted is known by its code alone."""

    code: str
    offer: Offer | None
    state: tuple[str, str]
    results: OfferResults


@dataclass(frozen=True, slots=True)
class Totals:
    """All offers together, beside all that was sold."""

    sold: str
    share: str  # of 100 that all orders came to, in the shop's currency
    discount: str
    seen: int
    accepted: int


def results_view(request: HttpRequest) -> HttpResponse:
    """Show what offers brought to those who may see orders and offers."""
    if not (request.user.has_perm(PERMISSION) and request.user.has_perm("offers.view_offer")):
        raise PermissionDenied
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else PERIODS[1]
    at = now()
    since = at - timedelta(days=days)
    lines = read_lines(since, at)
    if request.GET.get("format") == "csv":
        return _download(lines, days)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Results"),
        "days": days,
        "periods": PERIODS,
        "lines": lines[:SHOWN],
        "line_count": len(lines),
        "totals": _totals(lines, since, at),
        "by_day": _by_day(since, at) if any(line.results.sold for line in lines) else None,
    }
    return TemplateResponse(request, "admin/analytics/results.html", context)


def read_lines(since: datetime, at: datetime) -> list[Line]:
    """Return every offer with its results, what sold most first; four queries."""
    results = read_results(since)
    offers = {offer.code: offer for offer in Offer.objects.all()}
    lines = [
        Line(
            code=code,
            offer=offers.get(code),
            state=schedule_state(offers[code], at) if code in offers else ("gone", _("deleted")),
            results=results.get(code, OfferResults()),
        )
        for code in offers.keys() | results.keys()
    ]
    lines = [line for line in lines if line.code in results or line.state[0] == "live"]
    return sorted(lines, key=_best_first)


def _best_first(line: Line) -> tuple[int, int, int, str]:
    sold = line.results.sold.get(settings.AWASE_CURRENCY, 0)
    return (-sold, -sum(line.results.sold.values()), -line.results.seen, line.code)


def _totals(lines: Iterable[Line], since: datetime, at: datetime) -> Totals:
    sold: Amounts = {}
    discount: Amounts = {}
    for line in lines:
        for currency, amount in line.results.sold.items():
            sold[currency] = sold.get(currency, 0) + amount
        for currency, amount in line.results.discount.items():
            discount[currency] = discount.get(currency, 0) + amount
    everything = _all_sales(since, at)
    own = sold.get(settings.AWASE_CURRENCY, 0)
    return Totals(
        sold=amounts_text(sold),
        share=percentage(f"{100 * own / everything:.1f}") if everything else "",
        discount=amounts_text(discount),
        seen=sum(line.results.seen for line in lines),
        accepted=sum(line.results.accepted for line in lines),
    )


def _all_sales(since: datetime, at: datetime) -> int:
    """Return what all orders in the shop's currency came to, but those called off, in minor units."""
    lines = OrderLine.objects.filter(
        order__placed_at__gte=since,
        order__placed_at__lte=at + CLOCK_SLACK,
        order__currency=settings.AWASE_CURRENCY,
        order__allocation__cancelled_at=None,
    )
    return int(lines.aggregate(sold=Sum(line_total()))["sold"] or 0)


def _by_day(since: datetime, at: datetime) -> Chart:
    """Return what was sold through offers day by day, in the shop's currency."""
    currency = settings.AWASE_CURRENCY
    rows = LineAttribution.objects.filter(
        line__order__placed_at__gte=since,
        line__order__currency=currency,
        line__order__allocation__cancelled_at=None,
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


def _download(lines: Iterable[Line], days: int) -> HttpResponse:
    """Return the figures as a file that spreadsheets open: a row an offer and currency."""
    text = StringIO()
    # Excel takes a file for UTF-8 by this mark.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow([*_WHAT, *_COUNTS, *_AMOUNTS])
    for line in lines:
        for currency in sorted({*line.results.sold, *line.results.discount}) or [""]:
            writer.writerow(_row(line, currency))
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="offers-{days}-days.csv"'
    return answer


def _row(line: Line, currency: str) -> list[Any]:
    results, offer = line.results, line.offer
    amounts = [
        to_major(figures.get(currency, 0), currency) if currency else ""
        for figures in (results.sold, results.discount)
    ]
    what = [
        _plain(line.code),
        _plain(offer.name if offer else ""),
        offer.kind if offer else "",
        line.state[0],
    ]
    counts = [results.seen, results.clicked, results.accepted, results.declined, results.order_count]
    return [*what, *counts, results.use_count, currency, *amounts]


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a Japanese one reads the wide signs as well."""
    return f"'{text}" if text[:1] in _FORMULA_STARTS else text
