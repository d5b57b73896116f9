"""The statistics page: data covered, recommendation quality, customers and products."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from analytics.admin.request_run import request_context
from analytics.reports.overview import read_coverage, read_due, read_segments, read_slow_movers
from analytics.reports.quality import read_quality

PERMISSION = "analytics.view_recomputerun"


def statistics_view(request: HttpRequest) -> HttpResponse:
    """Show the statistics to users who may view recompute runs."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    at = now()
    coverage = read_coverage(at)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        **request_context(request, at),
        "title": _("Statistics"),
        "at": at,
        "coverage": coverage,
        "questions": read_quality(at),
        "slow_movers": read_slow_movers(),
        "due": read_due(at, coverage.newest_order_at),
        "segments": read_segments(),
    }
    return TemplateResponse(request, "admin/analytics/statistics.html", context)
