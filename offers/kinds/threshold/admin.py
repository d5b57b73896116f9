"""Threshold rewards: spend or buy more and get a reward."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.amounts import MoneyField
from catalog.models import BenefitKind
from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.kinds.threshold.example import scenarios
from offers.kinds.threshold.models import Measure, ThresholdOffer
from offers.models import LaneCode, TargetScope, TriggerScope
from offers.models.offer import MAX_COUNT


class AtLeastField(MoneyField):
    """An amount or a number of units, as the offer measures."""

    def shown(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return 5000 as it is for units, as an amount otherwise."""
        return str(stored) if row.get("measure") == Measure.QUANTITY else super().shown(stored, row)

    def spoken(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return a number of units, or an amount."""
        if row.get("measure") == Measure.QUANTITY:
            return _("%(count)d units") % {"count": stored}
        return super().spoken(stored, row)

    def stored(self, amount: Decimal | None, row: Mapping[str, Any]) -> int | None:
        """Return whole units, or minor units."""
        if row.get("measure") != Measure.QUANTITY or amount is None:
            return super().stored(amount, row)
        if amount != int(amount) or not 1 <= amount <= MAX_COUNT:
            raise ValidationError(gettext_lazy("Enter a whole number of units, 1 or more."), code="units")
        return int(amount)


class ThresholdForm(KindForm):
    """A threshold reward, in its words."""

    words = {
        "measure": (gettext_lazy("Reached by"), ""),
        "at_least": (
            gettext_lazy("Amount or units to reach"),
            gettext_lazy("An amount such as 5,000, or a number of units."),
        ),
        "trigger_scope": (gettext_lazy("What counts"), gettext_lazy("“Everything” means the whole cart.")),
        "threshold_base": (
            gettext_lazy("Spend is measured"),
            gettext_lazy(
                "Within this lane: prices before its other offers, or after those with a higher priority."
            ),
        ),
        "benefit_kind": (
            gettext_lazy("Discount"),
            gettext_lazy("A percentage off each unit, or an amount off the total."),
        ),
        "benefit_value": (
            gettext_lazy("How much"),
            gettext_lazy("For a percentage, 10 means 10%. For an amount, enter the amount."),
        ),
        "target_scope": (
            gettext_lazy("The discount applies to"),
            gettext_lazy("Choose categories here, and products below."),
        ),
        "target_categories": (
            gettext_lazy("Discounted categories"),
            gettext_lazy("Including all their subcategories."),
        ),
        "gift": (
            gettext_lazy("Gift"),
            gettext_lazy("Added to the cart as a separate line, free of charge."),
        ),
    }


class ThresholdProducts(CuratedInline):
    """What the discount is on."""

    verbose_name_plural = gettext_lazy("discounted products")


@admin.register(ThresholdOffer)
class ThresholdAdmin(KindAdmin):
    """Threshold rewards."""

    kind = "threshold"
    example = KindExample(scenarios, rows_continue=True, rows_count_units=True)
    lane = LaneCode.CART
    trigger_scope = TriggerScope.EVERYTHING
    form = ThresholdForm
    amount_fields = {"at_least": AtLeastField}
    choices = {"benefit_kind": (BenefitKind.NONE, BenefitKind.PERCENT, BenefitKind.AMOUNT)}
    choice_words = {BenefitKind.NONE: gettext_lazy("no discount")}
    autocomplete_fields = (*KindAdmin.autocomplete_fields, "target_categories", "gift")
    idle_when = {
        **KindAdmin.idle_when,
        "target_categories": ("target_scope", (TargetScope.COUNTED,)),
        "threshold_base": ("measure", (Measure.QUANTITY,)),
        "gift_quantity": ("gift", ("",)),
    }
    inlines = (ThresholdProducts, CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            gettext_lazy("What must be reached"),
            (
                ("measure", "at_least", "currency"),
                "trigger_scope",
                "trigger_products",
                "trigger_categories",
            ),
        ),
        (
            gettext_lazy("What the shopper gets"),
            (
                ("benefit_kind", "benefit_value"),
                ("gift", "gift_quantity"),
                "gives_free_shipping",
                "target_scope",
                "target_categories",
            ),
        ),
        combination=("threshold_base", "purchase"),
    )
