"""The arms below the form of an experiment."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.keys import KeySelectMultiple, KeysField
from catalog.admin.amounts import AmountForm
from catalog.admin.base import PlainInline
from catalog.admin.formsets import KnownChoicesFormSet
from offers.models import Arm, LifecycleState
from offers.services.experiments.arms import LEAST_ARMS, ArmPlan, VariedSettings, find_faults_of_arms

if TYPE_CHECKING:
    _Rows = admin.TabularInline[Any, Any]
else:
    _Rows = object


class ArmForm(AmountForm):
    """An arm. Whether it is the only control is judged together with the others."""

    def _get_validation_exclusions(self) -> set[str]:
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc] # Django's own
        return {*exclusions, "is_control"}


class ArmFormSet(KnownChoicesFormSet):
    """The arms of an experiment, which have to fit together."""

    def clean(self) -> None:
        """Refuse arms that cannot be compared."""
        super().clean()
        if any(self.errors) or not self._is_editable:
            return
        faults = list(find_faults_of_arms([_plan(row) for row in self._kept()], experiment=self.instance.pk))
        if faults:
            raise ValidationError(faults)

    def save(self, commit: bool = True) -> Any:
        """Save the arms; the control before gives way first, as there is one at most."""
        if commit and self._is_editable:
            kept = [form.instance.pk for form in self.forms if form.cleaned_data.get("is_control")]
            before = Arm.objects.filter(experiment=self.instance, is_control=True)
            before.exclude(pk__in=[pk for pk in kept if pk]).update(is_control=False)
        return super().save(commit)

    @property
    def _is_editable(self) -> bool:
        """Tell whether the rows have been sent at all: those of a running experiment are only shown."""
        return bool(self.instance.state == LifecycleState.DRAFT)

    def _kept(self) -> list[dict[str, Any]]:
        rows = [form.cleaned_data for form in self.forms]
        return [row for row in rows if row.get("code") and not row.get("DELETE")]


def _plan(row: dict[str, Any]) -> ArmPlan:
    offers = frozenset(offer.pk for offer in row["offers"])
    varies = VariedSettings(
        row["ranking"],
        row["placement"] and row["placement"].pk,
        row["board"] and row["board"].pk,
        frozenset(policy.pk for policy in row["switched_policies"]),
    )
    return ArmPlan(row["code"], row["weight_bp"] or 0, row["is_control"], offers, varies)


class ArmPermissions(_Rows):
    """Arms are part of their experiment: they can be edited as long as it is a draft."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may view experiments."""
        return request.user.has_perms(["offers.view_experiment"]) or self.has_add_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may edit this draft, or add one."""
        verb = "add" if obj is None else "change"
        is_draft = obj is None or obj.state == LifecycleState.DRAFT
        return is_draft and request.user.has_perm(f"offers.{verb}_experiment")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may edit this draft."""
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may edit this draft."""
        return self.has_add_permission(request, obj)


class ArmInline(ArmPermissions, PlainInline):
    """The arms, each with its share, its offers, and what it does differently."""

    model = Arm
    form = ArmForm
    formset = ArmFormSet
    autocomplete_fields = ("offers", "switched_policies")
    select_related = ()
    verbose_name_plural = _("arms")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the columns."""
        del request, obj
        return (
            "code",
            "name",
            "weight_bp",
            "least_bp",
            "most_bp",
            "is_control",
            "offers",
            "ranking",
            "placement",
            "board",
            "switched_policies",
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the arms in their order, with their offers and rules."""
        return Arm.objects.prefetch_related("offers", "switched_policies").order_by("pk")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Start a new experiment with two arms."""
        del request, kwargs
        return LEAST_ARMS if obj is None else 0

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Choose offers by autocomplete; Django leaves out links with a model of their own."""
        del request, kwargs
        return db_field.formfield(form_class=KeysField, widget=KeySelectMultiple(db_field, self.admin_site))
