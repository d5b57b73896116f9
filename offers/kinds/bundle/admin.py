"""Offers of bundles: which bundles, where and for which customers. The price is set on the bundle."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, VersionInline
from offers.kinds.bundle.example import scenarios
from offers.kinds.bundle.models import BundleOffer
from offers.kinds.bundle.offers import propose_bundles
from offers.models import BundleScope, LaneCode, TriggerScope


class BundleOfferForm(KindForm):
    """An offer of bundles, in its words."""

    words = {
        "bundle_scope": (_("Which bundles"), _("Prices are set on the bundles.")),
        "bundles": (_("Bundles"), ""),
        "trigger_scope": (_("Proposed with"), _("“Everything” means every product in one of the bundles.")),
        "max_times": (_("Bundles per cart"), _("Empty: as many as the cart contains.")),
    }


@admin.register(BundleOffer)
class BundleOfferAdmin(KindAdmin):
    """Offers of bundles."""

    kind = "bundle"
    example = KindExample(scenarios)
    lane = LaneCode.BUNDLE
    trigger_scope = TriggerScope.EVERYTHING
    idle_when = {**KindAdmin.idle_when, "bundles": ("bundle_scope", (BundleScope.EVERY,))}
    form = BundleOfferForm
    autocomplete_fields = (*KindAdmin.autocomplete_fields, "bundles")
    inlines = (CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("Which bundles"),
            (
                "bundle_scope",
                "bundles",
                "trigger_scope",
                "trigger_products",
                "trigger_categories",
                ("currency", "max_times"),
            ),
        ),
        fills_several=True,
    )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, and let bundles be the one source of the proposals."""
        propose_bundles(offer=form.instance)
        super().save_related(request, form, formsets, change)
