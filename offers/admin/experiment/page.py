"""The list and the form of experiments; what they can see is added where results are known."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from catalog.admin.base import RevisedAdmin
from catalog.admin.below import ContentBelowForm
from catalog.admin.columns import first_names, labelled
from catalog.services.amounts import percent
from offers.admin.experiment.arms import ArmInline
from offers.admin.experiment.form import ExperimentForm
from offers.admin.experiment.steps import ExperimentSteps
from offers.models import Experiment, LifecycleState
from offers.services.experiments.change import adjust_experiment

# What can be changed while an experiment is running.
_ADJUSTABLE = frozenset({"coverage_bp", "ends_at"})


class ExperimentPage(ContentBelowForm, ExperimentSteps, RevisedAdmin):
    """Experiments, with their arms below."""

    revision_domain = "offers"
    form = ExperimentForm
    list_display = ("name_en", "name_ja", "state_label", "arm_names", "coverage", "starts_at", "ends_at")
    list_filter = (("state", ChoicesDropdownFilter), ("starts_at", RangeDateFilter))
    search_fields = ("code", "name_en", "name_ja", "hypothesis", "arms__offers__name")
    search_help_text = _("Code, name, hypothesis or offer")
    ordering = ("-created_at", "-pk")
    prepopulated_fields = {"code": ("name_en",)}
    fieldsets = (
        (None, {"fields": (("name_en", "name_ja"), "code", "hypothesis")}),
        (_("Who and when"), {"fields": (("coverage_bp", "only_customers"), ("starts_at", "ends_at"))}),
        (_("Shares"), {"fields": ("division",), "classes": ["tab"]}),
        (_("Exclusion group"), {"fields": (("exclusion_group", "group_share_bp"),), "classes": ["tab"]}),
        (_("Metrics"), {"fields": ("metric", "guardrails", "correction"), "classes": ["tab"]}),
        (_("Prices"), {"fields": ("acknowledged_prices",), "classes": ["tab"]}),
    )
    inlines = (ArmInline,)
    change_form_outer_after_template = "admin/offers/experiment.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Experiment]:
        """Read the arms of all rows at once."""
        queryset: QuerySet[Experiment] = super().get_queryset(request)
        return queryset.prefetch_related("arms")

    @labelled(
        description=_("state"),
        colours={
            LifecycleState.DRAFT: "info",
            LifecycleState.RUNNING: "success",
            LifecycleState.STOPPED: "warning",
            LifecycleState.CONCLUDED: "primary",
        },
        ordering="state",
    )
    def state_label(self, experiment: Experiment) -> tuple[str, str]:
        return experiment.state, experiment.get_state_display()

    @admin.display(description=_("arms"))
    def arm_names(self, experiment: Experiment) -> str:
        arms = sorted(experiment.arms.all(), key=lambda arm: arm.pk)
        return first_names([f"{arm.name} {percent(arm.weight_bp)}" for arm in arms])

    @admin.display(description=_("share of shoppers"), ordering="coverage_bp")
    def coverage(self, experiment: Experiment) -> str:
        return percent(experiment.coverage_bp)

    def get_readonly_fields(self, request: HttpRequest, obj: Experiment | None = None) -> tuple[str, ...]:
        """Return all fields but those that can be changed in this state."""
        if obj is None or obj.state == LifecycleState.DRAFT:
            return ()
        adjustable = _ADJUSTABLE if obj.state == LifecycleState.RUNNING else frozenset()
        names = [name for name in ExperimentForm.base_fields if name not in adjustable]
        columns = [one.name for one in Experiment._meta.fields if one.editable and not one.primary_key]  # noqa: SLF001 (Django's model API)
        return tuple(dict.fromkeys([*names, *(name for name in columns if name not in adjustable)]))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Experiment | None = None) -> Any:
        """Suggest a code as long as it can be edited."""
        return {} if self.get_readonly_fields(request, obj) else self.prepopulated_fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave what has ended as it is."""
        is_over = obj is not None and obj.state in (LifecycleState.STOPPED, LifecycleState.CONCLUDED)
        return not is_over and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Do not allow deleting one whose offers are restricted by it: everybody would see them at once."""
        is_in_force = obj is not None and obj.state in (LifecycleState.RUNNING, LifecycleState.STOPPED)
        return not is_in_force and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Delete experiments one by one, because some cannot be deleted."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_model(self, request: HttpRequest, obj: Experiment, form: Any, change: bool) -> None:
        """Save a draft; adjust a running experiment through its service."""
        if obj.state == LifecycleState.DRAFT:
            super().save_model(request, obj, form, change)
            return
        try:
            adjust_experiment(experiment=obj, coverage_bp=obj.coverage_bp, ends_at=obj.ends_at, at=now())
        except ValidationError as error:
            for words in error.messages:
                self.message_user(request, words, messages.ERROR)

    def content_below(self, row: Experiment) -> Mapping[str, Any]:
        """Return the phases, and what a draft will be able to see."""
        seen = self.sensitivity(row) if row.state == LifecycleState.DRAFT else None
        return {"phases": row.phases.order_by("-number"), "sensitivity": seen}

    def sensitivity(self, experiment: Experiment) -> Any:
        """Return what the experiment will be able to see, for the page."""
        raise NotImplementedError
