"""The results pages: each checks who asks, reads what it is asked for, and renders or sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.admin.offer import PERMISSION
from analytics.admin.results.asked import Asked, clean, key_of, read_asked
from analytics.admin.results.download import download_days, download_rows
from analytics.admin.results.table import headings, shown_rows, sorted_as
from analytics.models import DailyResult
from analytics.reports.labels import Words
from analytics.reports.results.health import LEAST_SHARE, bad_views, read_excluded, read_reported_views
from analytics.reports.results.period import DATES, LENGTHS, months_until
from analytics.reports.results.report import LEAST_ORDERS, read_report, read_rows, sort_rows
from analytics.reports.results.scope import FILTERS, GROUPS
from analytics.reports.results.shop import read_shop_sales
from analytics.reports.results.titles import choices_of
from analytics.stats.proportion import LEAST_TRIALS
from catalog.admin.download import FORMATS
from catalog.services.amounts import percentage
from offers.models import Audience, Offer, Placement
from offers.services.changed_days import start_of
from offers.services.speech import name_of

ROWS: Final = 50
# How the names of files begin where the header of the admin says that figures are simulated.
SIMULATED: Final = "simulated-"
Key = TypeVar("Key", str, int)
_NAMES: Final[Mapping[str, Words]] = {
    "kind": gettext_lazy("Kind"),
    "channel": gettext_lazy("Channel"),
    "strategy": gettext_lazy("Strategy"),
    "placement": gettext_lazy("Placement"),
    "audience": pgettext_lazy("a set of customers", "Audience"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of the form: its values with names, and the one that is chosen."""

    code: str
    name: Words
    choices: list[tuple[str, Words]]
    chosen: str


def results_view(request: HttpRequest) -> HttpResponseBase:
    """Show the results of all offers, with the health of the figures."""
    _check(request)
    asked = read_asked(request.GET, {}, localdate())
    views = read_reported_views(asked.period)
    extra = {
        "views": views,
        "bad_views": bad_views(views),
        "least_share": percentage(f"{100 * LEAST_SHARE:.0f}"),
        "excluded": read_excluded(asked.period),
        "excluded_since": start_of(asked.period.first).isoformat(),
    }
    return _answer(request, asked, {"title": _("Results"), **extra})


def offer_results_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the results of one offer, also of a deleted one that has any."""
    _check(request)
    code = _existing(clean(code))
    offer = Offer.objects.filter(code=code).first()
    return _about(request, {"offer": code}, offer, code if offer is None else offer.name)


def placement_results_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the results of one placement, also of a deleted one that has any."""
    _check(request)
    code = _existing(clean(code))
    placement = Placement.objects.filter(code=code).first()
    return _about(request, {"placement": code}, placement, code if placement is None else placement.name)


def audience_results_view(request: HttpRequest, audience: int) -> HttpResponseBase:
    """Show the results of one audience, also of a deleted one that has any."""
    _check(request)
    audience = _existing(key_of(str(audience)))
    found = Audience.objects.filter(pk=audience).first()
    name = _("deleted audience %(number)s") % {"number": audience} if found is None else name_of(found)
    return _about(request, {"audience": audience}, found, name)


def _existing(key: Key) -> Key:
    """Return a key that a row may have."""
    if not key:
        raise Http404
    return key


def _about(
    request: HttpRequest, subject: Mapping[str, Any], row: Offer | Placement | Audience | None, name: str
) -> HttpResponseBase:
    """Answer with the results of something that exists or existed."""
    if row is None and not DailyResult.objects.filter(**subject).exists():
        raise Http404
    edit = ""
    if row is not None:
        meta = row._meta  # noqa: SLF001 (Django's documented model API)
        edit = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    title = _("Results of “%(name)s”") % {"name": name}
    return _answer(request, read_asked(request.GET, subject, localdate()), {"title": title, "edit": edit})


def _check(request: HttpRequest) -> None:
    """Let only users in who may see both orders and offers."""
    if not request.user.has_perms([PERMISSION, "offers.view_offer"]):
        raise PermissionDenied


def _answer(request: HttpRequest, asked: Asked, extra: Mapping[str, Any]) -> HttpResponseBase:
    what, _dot, file_format = request.GET.get("format", "").partition(".")
    site = admin.site.each_context(request)
    prefix = SIMULATED if site["environment"] else ""
    if what == "days" and file_format in FORMATS:
        return download_days(asked, file_format, prefix=prefix)
    rows = read_rows(asked.scope, asked.period, asked.group, asked.currency, now())
    rows = sort_rows(rows, asked.sort_code, is_descending=asked.is_descending)
    if what == "rows" and file_format in FORMATS:
        return download_rows(rows, asked, file_format, prefix=prefix)
    report = read_report(asked.scope, asked.period, asked.currency)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    is_all = not asked.scope.subject and not asked.scope.filters
    context: dict[str, Any] = {
        **site,
        **_choices(asked),
        "report": report,
        "shop": read_shop_sales(asked.period, report.total, asked.currency) if is_all else None,
        "page": page,
        "page_links": [
            (number, asked.link(page=str(number)) if isinstance(number, int) else "")
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
        ],
        "rows": shown_rows(page, asked),
        "headings": headings(asked),
        "title_link": asked.sort_link("title"),
        "title_sorted": sorted_as(asked, "title"),
        "downloads": _downloads(asked),
        "currencies": [
            (one, asked.link(currency=one)) for one in sorted({*report.currencies, asked.currency})
        ],
        **extra,
    }
    return TemplateResponse(request, "admin/analytics/results.html", context)


def _choices(asked: Asked) -> dict[str, Any]:
    """Return what the page offers to choose from, and what is chosen."""
    today, period = localdate(), asked.period
    return {
        "asked": asked,
        "period": period,
        "before": period.before,
        "year_before": period.year_before,
        "has_today": period.last == today,
        "lengths": [(length, str(length), asked.link(period=str(length))) for length in LENGTHS],
        "months": months_until(today),
        "dates": DATES,
        "today": today,
        "filters": [_filter(asked, code) for code in FILTERS if code not in asked.scope.subject],
        "groups": [(code, GROUPS[code], asked.link(by=code)) for code in asked.scope.groups],
        "least_trials": LEAST_TRIALS,
        "least_orders": LEAST_ORDERS,
    }


def _filter(asked: Asked, code: str) -> Filter:
    choices = [(str(key), name) for key, name in choices_of(code)]
    return Filter(code, _NAMES[code], choices, str(asked.scope.filters.get(code, "")))


def _downloads(asked: Asked) -> list[tuple[str, str]]:
    """Return the names and links of the files."""
    return [
        (_("This table (CSV)"), asked.link(format="rows.csv")),
        (_("This table (Parquet)"), asked.link(format="rows.parquet")),
        (_("Daily rows (CSV)"), asked.link(format="days.csv")),
        (_("Daily rows (Parquet)"), asked.link(format="days.parquet")),
    ]
