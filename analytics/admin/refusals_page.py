"""The page of clicks and refusals: what shoppers like and what annoys them, and how much is held back."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.refusals import GROUPS, read_held_back, read_refusals
from analytics.reports.results.period import DEFAULT, LENGTHS
from analytics.services.held_back import MOST_PRODUCTS
from analytics.stats.proportion import LEAST_TRIALS
from offers.admin.wording import WORDS

ROWS: Final = 50
_NAMES: Final = {
    "offer": gettext_lazy("By offer"),
    "placement": gettext_lazy("By placement"),
    "channel": gettext_lazy("By channel"),
}


def refusals_view(request: HttpRequest) -> HttpResponse:
    """Show clicks and refusals to users who may see both offers and events."""
    if not request.user.has_perms(["offers.view_offer", "offers.view_event"]):
        raise PermissionDenied
    asked, group = request.GET.get("days", ""), request.GET.get("by", "")
    days = int(asked) if asked in set(map(str, LENGTHS)) else DEFAULT
    group = group if group in GROUPS else "offer"
    rows = Paginator(read_refusals(now() - timedelta(days=days), group), ROWS)
    held = read_held_back(WORDS)
    held_rows = Paginator(held.rows, ROWS)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Clicks and refusals"),
        "days": days,
        "periods": LENGTHS,
        "group": group,
        "groups": _NAMES,
        "rows": rows.get_page(request.GET.get("page")),
        "held": held,
        "held_rows": held_rows.get_page(request.GET.get("held_page")),
        "least": LEAST_TRIALS,
        "most_products": MOST_PRODUCTS,
    }
    return TemplateResponse(request, "admin/analytics/refusals.html", context)
