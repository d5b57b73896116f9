"""The form of an experiment."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from catalog.admin.amounts import AmountForm
from offers.models import GuardrailMetric, LifecycleState
from offers.services.experiments.change import check_coverage, check_end


class ExperimentForm(AmountForm):
    """An experiment; while it is running, only its coverage and its end can be changed."""

    guardrails = forms.MultipleChoiceField(
        label=_("Guardrails"),
        required=False,
        choices=GuardrailMetric,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("No verdict recommends an arm that makes one of these worse."),
    )

    def clean(self) -> Any:
        """Refuse changes that a running experiment does not allow."""
        cleaned = super().clean() or {}
        if self.instance.state != LifecycleState.RUNNING or self.errors:
            return cleaned
        try:
            if "coverage_bp" in cleaned:
                check_coverage(before=self.initial_coverage, after=cleaned["coverage_bp"])
            if "ends_at" in self.changed_data:
                check_end(self.instance, cleaned.get("ends_at"), at=now())
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned

    @property
    def initial_coverage(self) -> int:
        """Return the coverage that is in force, in basis points."""
        manager = type(self.instance)._default_manager  # noqa: SLF001 (Django's model API)
        coverage: int = manager.values_list("coverage_bp", flat=True).get(pk=self.instance.pk)
        return coverage
