"""Quantity discounts: buy more, pay less each."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import AmountForm
from catalog.admin.base import PlainInline
from catalog.admin.formsets import KnownChoicesFormSet
from catalog.models import BenefitKind
from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.permissions import OfferRowPermissions
from offers.admin.kinds.rows import CodeInline, VersionInline
from offers.kinds.quantity.example import scenarios
from offers.kinds.quantity.models import Counting, QuantityOffer, QuantityTier


class TierForm(AmountForm):
    """A tier, its amounts in the offer's currency: which the form above may still change."""

    def __init__(self, *args: Any, offer: QuantityOffer, **kwargs: Any) -> None:
        self.offer = offer
        if kwargs.get("instance") is None:
            # Most tiers are a percentage off.
            kwargs.setdefault("initial", {"benefit_kind": BenefitKind.PERCENT})
        super().__init__(*args, **kwargs)

    def row_currency(self, values: Mapping[str, Any]) -> str:
        """Return the offer's currency: a tier has none of its own."""
        del values
        return self.offer.currency


class TierFormSet(KnownChoicesFormSet):
    """The tiers of one offer."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Tell each tier its offer."""
        return {**super().get_form_kwargs(index), "offer": self.instance}


class TierInline(OfferRowPermissions, PlainInline):
    """From which unit, at which price."""

    model = QuantityTier
    form = TierForm
    formset = TierFormSet
    fields = ("from_quantity", "benefit_kind", "benefit_value")
    select_related = ()
    ordering = ("from_quantity",)
    extra = 1
    verbose_name_plural = _("tiers: from which unit, at which price")

    def row_currency(self, row: Any) -> str:
        """Return the offer's currency: a tier has none of its own."""
        currency: str = row.offer.currency
        return currency


class QuantityForm(KindForm):
    """A quantity discount, in its words."""

    fixed = {"benefit_kind": BenefitKind.NONE, "benefit_value": 0}
    words = {
        "trigger_scope": (_("Applies to"), ""),
        "mode": (
            _("Tiers apply to"),
            _(
                "Example: 10% off from unit 2, 20% off from unit 3. Three units of ¥1,000 cost ¥2,700 if "
                "each unit has its own tier, and ¥2,400 if all have the tier reached."
            ),
        ),
        "after_last": (_("Units after the last tier"), _("Units beyond the first unit of the last tier.")),
        "counting": (
            _("Units are counted"),
            _("Choose “all products of the offer together” for mix and match."),
        ),
        "unit_order": (_("Discounted first"), _("If the units have different prices.")),
    }


@admin.register(QuantityOffer)
class QuantityAdmin(KindAdmin):
    """Quantity discounts."""

    kind = "quantity"
    example = KindExample(scenarios, rows_continue=True, rows_count_units=True)
    form = QuantityForm
    idle_when = {**KindAdmin.idle_when, "unit_order": ("counting", (Counting.PRODUCT,))}
    inlines = (TierInline, CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("Which products, and how they are counted"),
            (
                "trigger_scope",
                "trigger_products",
                "trigger_categories",
                ("mode", "after_last"),
                ("counting", "unit_order"),
                "currency",
            ),
        ),
    )
