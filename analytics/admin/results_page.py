"""The results page: what offers sold and cost in the last days, to read and to download."""

import csv
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from analytics.admin.offer import PERMISSION
from analytics.reports.period import ResultsRow, read_offer_rows, read_period
from catalog.services.formulas import escape_formula
from engine.money import to_major

PERIODS = (7, 28, 90)
SHOWN = 100

# The columns of the download.
_OFFER = ("offer", "name", "kind", "state")
_COUNTS = ("seen", "clicked", "accepted", "declined", "orders", "uses")
_AMOUNTS = ("currency", "sold", "discount")


def results_view(request: HttpRequest) -> HttpResponse:
    """Show the results to users who may see both orders and offers."""
    if not (request.user.has_perm(PERMISSION) and request.user.has_perm("offers.view_offer")):
        raise PermissionDenied
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else PERIODS[1]
    at = now()
    since = at - timedelta(days=days)
    if request.GET.get("format") == "csv":
        return _download(read_offer_rows(since, at), days)
    report = read_period(since, at)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Results"),
        "days": days,
        "periods": PERIODS,
        "rows": report.rows[:SHOWN],
        "row_count": len(report.rows),
        "totals": report.totals,
        "by_day": report.by_day,
    }
    return TemplateResponse(request, "admin/analytics/results.html", context)


def _download(rows: Iterable[ResultsRow], days: int) -> HttpResponse:
    """Return the figures as a CSV file for spreadsheets, one row per offer and currency."""
    text = StringIO()
    # Excel reads a file as UTF-8 only with this mark.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow([*_OFFER, *_COUNTS, *_AMOUNTS])
    for row in rows:
        for currency in sorted({*row.results.sold, *row.results.discount}) or [""]:
            writer.writerow(_cells(row, currency))
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="offers-{days}-days.csv"'
    return answer


def _cells(row: ResultsRow, currency: str) -> list[Any]:
    results, offer = row.results, row.offer
    amounts = [
        to_major(figures.get(currency, 0), currency) if currency else ""
        for figures in (results.sold, results.discount)
    ]
    about = [
        escape_formula(row.code),
        escape_formula(offer.name if offer else ""),
        offer.kind if offer else "",
        row.state[0],
    ]
    counts = [results.seen, results.clicked, results.accepted, results.declined, results.order_count]
    return [*about, *counts, results.use_count, currency, *amounts]
