"""Subscriptions: every N days at a lower price, the first deliveries perhaps lower still."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.models import BenefitKind
from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, VersionInline
from offers.kinds.subscription.example import scenarios
from offers.kinds.subscription.models import SubscriptionOffer
from offers.models import Purchase

MAX_DAYS = 3650
MAX_INTERVALS = 24


class DaysField(forms.CharField):
    """Numbers of days as people list them: 30, 60, 90."""

    def prepare_value(self, value: Any) -> Any:
        """Write a list as people do."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        """Return the days, rising, each once."""
        text = super().clean(value).replace("、", ",").replace("，", ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isdecimal() and 1 <= int(part[:9]) <= MAX_DAYS for part in parts):
            raise ValidationError(_("Enter days from 1 to 3,650, such as 30, 60, 90."), code="days")
        if len(parts) > MAX_INTERVALS:
            raise ValidationError(_("At most 24 intervals."), code="days")
        return sorted({int(part) for part in parts})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare days: "60,30" is [30, 60]."""
        try:
            return sorted(initial or []) != self.clean(data)
        except ValidationError:
            return True


class SubscriptionForm(KindForm):
    """A subscription, in its words."""

    fixed = {"purchase": Purchase.SUBSCRIPTION}
    words = {
        "trigger_scope": (_("Applies to"), ""),
        "benefit_kind": (_("Every delivery costs"), _("After the introductory ones, if there are any.")),
        "intro_kind": (_("The first deliveries cost"), ""),
        "intro_value": (_("How much"), _("Percentage off: 30 means 30%. Otherwise an amount per unit.")),
        "intro_cycles": (
            _("Number of first deliveries"),
            _("0: the recurring price from the first delivery."),
        ),
        "interval_days": (
            _("Intervals in days"),
            _("Such as 30, 60, 90. Empty: every interval that the shop offers."),
        ),
    }
    interval_days = DaysField(
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )


@admin.register(SubscriptionOffer)
class SubscriptionAdmin(KindAdmin):
    """Subscriptions."""

    kind = "subscription"
    example = KindExample(scenarios, rows_continue=True, rows_count_units=True)
    form = SubscriptionForm
    idle_when = {
        **KindAdmin.idle_when,
        "intro_value": ("intro_kind", (BenefitKind.NONE,)),
        "intro_cycles": ("intro_kind", (BenefitKind.NONE,)),
    }
    inlines = (CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("Products and prices"),
            (
                "trigger_scope",
                "trigger_products",
                "trigger_categories",
                ("benefit_kind", "benefit_value", "currency"),
                ("intro_kind", "intro_value", "intro_cycles"),
                "interval_days",
            ),
        ),
        combination=(),
    )
