"""What a person chooses in a step of an experiment: the winner, or the shares of the arms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.admin.amounts import PercentField
from offers.models import Arm, Experiment


class WinnerForm(forms.Form):
    """The arm that wins."""

    winner = forms.ModelChoiceField(
        Arm.objects.none(), label=_("Winner"), empty_label=None, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, experiment: Experiment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arms = Arm.objects.filter(experiment=experiment).order_by("pk")
        self.fields["winner"].queryset = arms  # type: ignore[attr-defined] # a field with rows


class SplitForm(forms.Form):
    """The share of each arm, in percent."""

    def __init__(self, *args: Any, experiment: Experiment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for arm in Arm.objects.filter(experiment=experiment).order_by("pk"):
            field = PercentField.for_column(Arm._meta.get_field("weight_bp"))  # noqa: SLF001 (Django's model API)
            field.label, field.initial = arm.name, field.shown(arm.weight_bp, {})
            self.fields[arm.code] = field

    def clean(self) -> dict[str, Any]:
        """Return the shares in basis points."""
        cleaned = super().clean() or {}
        for code, field in self.fields.items():
            if code in cleaned and isinstance(field, PercentField):
                try:
                    cleaned[code] = field.stored(cleaned[code], {}) or 0
                except forms.ValidationError as error:
                    self.add_error(code, error)
        return cleaned

    def weights(self) -> dict[str, int]:
        """Return the shares by the code of the arm, in basis points."""
        return {code: self.cleaned_data[code] for code in self.fields}
