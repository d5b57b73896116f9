"""What an experiment or the holdout has shown, and the button that counts it again."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.admin.offer import PERMISSION
from analytics.admin.request_run import PERMISSION as COUNT_PERMISSION
from analytics.models import ExperimentResult
from analytics.reports.experiments.bandit import bandit_report
from analytics.reports.experiments.page import report_of
from analytics.reports.experiments.words import GROUP_NAMES
from analytics.services.experiments.stored import read_result, request_recount
from engine.experiments.running import GROUPS
from offers.models import Arm, Division, Experiment
from offers.services.speech import name_of


def experiment_view(request: HttpRequest, code: str) -> HttpResponse:
    """Show the result to users who may see both orders and offers."""
    title, arms, bandit = _named(request, code)
    row = ExperimentResult.objects.filter(code=code).first()
    result = read_result(row)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": title,
        "code": code,
        "row": row,
        "is_waiting": row is not None and (row.requested_at is not None or 0 < row.progress < 100),  # noqa: PLR2004
        "report": None if result is None else report_of(result, arms),
        "can_recount": request.user.has_perm(COUNT_PERMISSION),
    }
    if bandit is not None:
        context["bandit"] = bandit_report(bandit, arms)
        return TemplateResponse(request, "admin/analytics/bandit.html", context)
    return TemplateResponse(request, "admin/analytics/experiment.html", context)


@require_POST
def recount_view(request: HttpRequest, code: str) -> HttpResponse:
    """Request that the result is counted again."""
    _named(request, code)
    if not request.user.has_perm(COUNT_PERMISSION):
        raise PermissionDenied
    if request_recount(code=code, at=now()):
        messages.success(request, _("A recount has been requested. A worker starts it within seconds."))
    else:
        messages.warning(request, _("A recount is already in progress."))
    return redirect("experiment_result", code=code)


def _named(request: HttpRequest, code: str) -> tuple[str, Mapping[str, Any], Experiment | None]:
    """Return the name of what has this code and of its arms, for users who may see it; and the bandit."""
    if not (request.user.has_perm(PERMISSION) and request.user.has_perm("offers.view_offer")):
        raise PermissionDenied
    if code == GROUPS:
        return _("What the offers have added"), GROUP_NAMES, None
    experiment = Experiment.objects.filter(code=code).first()
    if experiment is None:
        raise Http404
    names = dict(Arm.objects.filter(experiment=experiment).values_list("code", "name"))
    return name_of(experiment), names, experiment if experiment.division == Division.RESULTS else None
