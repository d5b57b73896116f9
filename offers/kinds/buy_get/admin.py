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


class BuyGetForm(KindForm):
    """Buy X get Y, in its words."""

    words = {
        "buy_count": (_("Buy"), _("This many units.")),
        "get_count": (_("Get"), _("This many more units at the price below.")),
        "trigger_products": (_("What is bought"), _("Without products and categories: everything.")),
        "benefit_kind": (_("The extra units cost"), ""),
        "benefit_value": (
            _("How much"),
            _("100 % off is free. Or an amount off, or a fixed price of a unit."),
        ),
        "target_categories": (
            _("Categories of the extra units"),
            _("If this and the products below are empty, the same products that are bought."),
        ),
        "unit_order": (_("The shopper gets"), _("Where the prices differ.")),
        "max_times": (_("Times in one cart"), _("Empty: as often as the cart holds whole groups.")),
    }


class BuyGetProducts(CuratedInline):
    """What one gets."""

    verbose_name_plural = _("products of the extra units; if empty, the same products that are bought")


@admin.register(BuyGetOffer)
class BuyGetAdmin(KindAdmin):
    """Buy X get Y."""

    kind = "buy_get"
    example = KindExample(scenarios, rows_continue=True, rows_count_units=True)
    form = BuyGetForm
    choices = {"benefit_kind": (BenefitKind.PERCENT, BenefitKind.AMOUNT, BenefitKind.FIXED)}
    autocomplete_fields = (*KindAdmin.autocomplete_fields, "target_categories")
    inlines = (BuyGetProducts, CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("What is bought, and what the shopper gets"),
            (
                ("buy_count", "get_count", "max_times"),
                "trigger_products",
                "trigger_categories",
                ("benefit_kind", "benefit_value", "currency"),
                "target_categories",
                "unit_order",
            ),
        ),
    )

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        """Start with what is usual: buy two, get one free."""
        usual = {"benefit_kind": BenefitKind.PERCENT.value, "benefit_value": 10_000}
        return {**usual, **super().get_changeform_initial_data(request)}
