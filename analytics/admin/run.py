"""Recompute runs: their results, and the button to request one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from analytics.admin.request_run import PERMISSION, request_context
from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.reports.labels import STAGES, as_list, label_of, learned_counts, odd_counts, seconds_by_stage
from analytics.reports.quality import results_of
from analytics.reports.run_status import is_unclaimed, read_run_status
from analytics.services.run import request_run
from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.columns import labelled


@admin.register(RecomputeRun)
class RecomputeRunAdmin(ReadOnlyAdmin):
    """Recompute runs with their state, age, counts, timings and error."""

    list_display = (
        "requested_at",
        "state_label",
        "progress",
        "age",
        "trigger",
        "requested_by",
        "order_count",
        "product_count",
        "duration",
        "attempt_count",
    )
    list_select_related = ("requested_by", "generation")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("trigger", ChoicesDropdownFilter),
        ("requested_at", RangeDateFilter),
    )
    search_fields = ("error", "requested_by__username", "stage")
    search_help_text = gettext_lazy("Error, stage or user")
    ordering = ("-requested_at", "-pk")
    list_before_template = "admin/analytics/request_run.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("state", "stage"),
                    ("trigger", "requested_by"),
                    ("attempt_count", "worker"),
                    "period_start",
                )
            },
        ),
        (
            gettext_lazy("Times"),
            {"fields": (("requested_at", "started_at"), ("heartbeat_at", "finished_at"), "seconds")},
        ),
        (gettext_lazy("Result"), {"fields": ("generation", "learned", "set_aside", "hit_rates")}),
        (gettext_lazy("Error"), {"fields": ("error",)}),
    )

    @labelled(
        description=gettext_lazy("state"),
        colours={
            RunState.REQUESTED: "info",
            RunState.RUNNING: "primary",
            RunState.SUCCEEDED: "success",
            RunState.FAILED: "danger",
        },
        ordering="state",
    )
    def state_label(self, run: RecomputeRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @admin.display(description=gettext_lazy("stage"))
    def progress(self, run: RecomputeRun) -> str:
        if is_unclaimed(run, now()):
            return _("waiting for a worker")
        return (run.stage and label_of(STAGES, run.stage)) or run.error.partition("\n")[0][:80] or "–"

    @admin.display(description=gettext_lazy("age"), ordering="requested_at")
    def age(self, run: RecomputeRun) -> str:
        return timesince(run.requested_at)

    @admin.display(description=gettext_lazy("orders"))
    def order_count(self, run: RecomputeRun) -> str:
        return f"{run.generation.order_count:,}" if run.generation else "–"

    @admin.display(description=gettext_lazy("products with recommendations"))
    def product_count(self, run: RecomputeRun) -> str:
        return f"{run.generation.product_count:,}" if run.generation else "–"

    @admin.display(description=gettext_lazy("learned"))
    def learned(self, run: RecomputeRun) -> SafeString | str:
        return as_list(learned_counts(run.counts))

    @admin.display(description=gettext_lazy("excluded or unusual data"))
    def set_aside(self, run: RecomputeRun) -> SafeString | str:
        return as_list(odd_counts(run.counts))

    @admin.display(description=gettext_lazy("quality"))
    def hit_rates(self, run: RecomputeRun) -> SafeString | str:
        rows = results_of(run)
        return format_html_join(mark_safe("<br>"), "{}", ([row] for row in rows)) or "–"

    @admin.display(description=gettext_lazy("duration"))
    def duration(self, run: RecomputeRun) -> str:
        if not run.started_at or not run.finished_at:
            return "–"
        return _("%(seconds).1f s") % {"seconds": (run.finished_at - run.started_at).total_seconds()}

    @admin.display(description=gettext_lazy("seconds by stage"))
    def seconds(self, run: RecomputeRun) -> SafeString | str:
        return as_list(seconds_by_stage(run.timings))

    def get_urls(self) -> list[Any]:
        """Add the URL of the button."""
        view = self.admin_site.admin_view(require_POST(self.request_view))
        return [path("request/", view, name="analytics_recomputerun_request"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the button and the run in progress."""
        return super().changelist_view(request, {**(extra_context or {}), **request_context(request, now())})

    def request_view(self, request: HttpRequest) -> HttpResponse:
        """Request a run; a worker picks it up. The admin never uses the broker itself."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        at = now()
        if read_run_status(at).run is not None:
            messages.warning(request, _("A recompute is already in progress."))
        else:
            request_run(trigger=RunTrigger.ADMIN, requested_by=request.user, at=at)
            messages.success(request, _("A recompute has been requested. A worker starts it within seconds."))
        return redirect("admin:analytics_recomputerun_changelist")
