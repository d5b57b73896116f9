"""Buy X, get Y."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.models import BenefitKind
from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.kinds.buy_get.example import scenarios
from offers.kinds.buy_get.models import BuyGetOffer
from offers.models import TargetScope, TriggerScope


class BuyGetForm(KindForm):
    """Buy X get Y, in its words."""

    words = {
        "buy_count": (_("Buy"), _("Units to buy.")),
        "get_count": (_("Get"), _("Additional units at the price below.")),
        "trigger_scope": (_("What is bought"), ""),
        "benefit_kind": (_("The extra units cost"), ""),
        "benefit_value": (
            _("How much"),
            _(
                "For units free of charge, enter 100% off. You can also enter an amount off or a fixed "
                "price per unit."
            ),
        ),
        "target_scope": (_("The extra units are"), _("Choose categories here, and products below.")),
        "target_categories": (
            _("Categories of the extra units"),
            _("Including all their subcategories."),
        ),
        "unit_order": (_("The shopper gets"), _("If prices differ.")),
        "max_times": (_("Uses per cart"), _("Empty: as often as the cart allows.")),
    }


class BuyGetProducts(CuratedInline):
    """What one gets."""

    verbose_name_plural = _("products of the extra units")


@admin.register(BuyGetOffer)
class BuyGetAdmin(KindAdmin):
    """Buy X get Y."""

    kind = "buy_get"
    trigger_scope = TriggerScope.EVERYTHING
    example = KindExample(scenarios, rows_continue=True, rows_count_units=True)
    form = BuyGetForm
    choices = {
        "benefit_kind": (BenefitKind.PERCENT, BenefitKind.AMOUNT, BenefitKind.FIXED),
        "target_scope": (TargetScope.COUNTED, TargetScope.CHOSEN),
    }
    choice_words = {TargetScope.COUNTED: _("the same products as those bought")}
    idle_when = {
        **KindAdmin.idle_when,
        "target_categories": ("target_scope", (TargetScope.COUNTED,)),
    }
    autocomplete_fields = (*KindAdmin.autocomplete_fields, "target_categories")
    inlines = (BuyGetProducts, CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("What to buy and what the shopper gets"),
            (
                ("buy_count", "get_count", "max_times"),
                "trigger_scope",
                "trigger_products",
                "trigger_categories",
                ("benefit_kind", "benefit_value", "currency"),
                "target_scope",
                "target_categories",
                "unit_order",
            ),
        ),
    )

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        """Start with what is usual: buy two, get one free."""
        usual = {"benefit_kind": BenefitKind.PERCENT.value, "benefit_value": 10_000}
        return {**usual, **super().get_changeform_initial_data(request)}
