"""Buy X, get Y."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.models import BenefitKind
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.models import BuyGetOffer, OfferKind


class BuyGetForm(KindForm):
    """Buy X get Y, in its words."""

    fixed = {"kind": OfferKind.BUY_GET}
    words = {
        "buy_count": (_("Buy"), _("So many units.")),
        "get_count": (_("Get"), _("So many units more at the price below.")),
        "trigger_products": (_("What is bought"), _("Without products and categories: everything.")),
        "benefit_kind": (_("The units one gets cost"), ""),
        "benefit_value": (
            _("How much"),
            _("100 % off is free. Or an amount off, or a fixed price of a unit."),
        ),
        "target_categories": (
            _("Categories of what one gets"),
            _("Without categories and products below: the same products as are bought."),
        ),
        "unit_order": (_("One gets"), _("Where the prices differ.")),
        "max_times": (_("Times in one cart"), _("Empty: as often as the cart holds whole groups.")),
    }


class BuyGetProducts(CuratedInline):
    """What one gets."""

    verbose_name_plural = _("what one gets; without any, the same products as are bought")


@admin.register(BuyGetOffer)
class BuyGetAdmin(KindAdmin):
    """Buy X get Y."""

    kind = OfferKind.BUY_GET
    form = BuyGetForm
    choices = {"benefit_kind": (BenefitKind.PERCENT, BenefitKind.AMOUNT, BenefitKind.FIXED)}
    autocomplete_fields = (*KindAdmin.autocomplete_fields, "target_categories")
    inlines = (BuyGetProducts, CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("What is bought, and what one gets"),
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
