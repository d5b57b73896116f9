"""The page of what works where, and the button that requests a search."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.admin.request_run import PERMISSION as REQUEST
from analytics.reports.patterns import read_patterns
from analytics.services.patterns.request import MOST_FINDINGS, PERIOD, request_search
from analytics.stats.proportion import LEAST_TRIALS

VIEW = ("offers.view_offer", "checkout.view_order")


def patterns_view(request: HttpRequest) -> HttpResponse:
    """Show what works to users who may see both offers and orders."""
    if not request.user.has_perms(VIEW):
        raise PermissionDenied
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What works"),
        "report": read_patterns(),
        "can_request": request.user.has_perm(REQUEST),
        "days": PERIOD.days,
        "least": LEAST_TRIALS,
        "most": MOST_FINDINGS,
    }
    return TemplateResponse(request, "admin/analytics/patterns.html", context)


@require_POST
def request_view(request: HttpRequest) -> HttpResponse:
    """Request a search; a worker picks it up."""
    if not request.user.has_perms((*VIEW, REQUEST)):
        raise PermissionDenied
    if request_search(at=now()):
        messages.success(request, _("A search has been requested. A worker starts it within seconds."))
    else:
        messages.warning(request, _("A search has already been requested."))
    return redirect("patterns")
