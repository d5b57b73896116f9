"""Upgrades: instead of A take B."""

from decimal import Decimal

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import PercentField
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.admin.kinds.sourced import SourceInline, sourced_fieldsets
from offers.models import OfferKind, UpgradeOffer


class StepField(PercentField):
    """How much dearer something may be: more than its whole price, if need be."""

    limit = Decimal(10_000)


class UpgradeForm(KindForm):
    """An upgrade, in its words."""

    fixed = {"kind": OfferKind.UPGRADE}
    words = {
        "trigger_products": (
            _("Products to upgrade from"),
            _("Without products and categories: every product that has something above it."),
        ),
        "benefit_kind": (_("The better product costs"), _("A shopper pays it for each unit exchanged.")),
        "max_step_bp": (
            _("Largest step up"),
            _("In percent: 50 proposes nothing that is more than 50 % dearer. Empty: no limit."),
        ),
    }


class UpgradeSources(SourceInline):
    """Where better products come from."""

    kind = OfferKind.UPGRADE


class UpgradeProducts(CuratedInline):
    """Better products, picked by hand."""

    verbose_name_plural = _("better products, for the source “hand-picked products”")


@admin.register(UpgradeOffer)
class UpgradeAdmin(KindAdmin):
    """Upgrades."""

    kind = OfferKind.UPGRADE
    form = UpgradeForm
    amount_fields = {"max_step_bp": StepField}
    inlines = (UpgradeSources, UpgradeProducts, CodeInline, VersionInline)
    fieldsets = sourced_fieldsets(_("What is exchanged for what"), "max_step_bp", whom=())
