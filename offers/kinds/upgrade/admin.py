"""Upgrades: a better product instead of the chosen one."""

from decimal import Decimal

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import PercentField
from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.admin.kinds.sourced import SourceInline, sourced_fieldsets
from offers.kinds.upgrade.example import scenarios
from offers.kinds.upgrade.models import UpgradeOffer
from offers.models import TriggerScope


class StepField(PercentField):
    """How much more expensive something may be: even more than twice the price."""

    limit = Decimal(10_000)


class UpgradeForm(KindForm):
    """An upgrade, in its words."""

    words = {
        "trigger_scope": (_("Products to upgrade from"), _("Only those that have a better product.")),
        "benefit_kind": (_("The better product costs"), _("For each unit that is exchanged.")),
        "max_step_bp": (
            _("Maximum price difference"),
            _("In percent: 50 means that an upgrade may cost up to 50% more. Empty: no limit."),
        ),
    }


class UpgradeSources(SourceInline):
    """Where better products come from."""

    kind = "upgrade"


class UpgradeProducts(CuratedInline):
    """Hand-picked better products."""

    verbose_name_plural = _("better products, for the strategy “hand-picked products”")


@admin.register(UpgradeOffer)
class UpgradeAdmin(KindAdmin):
    """Upgrades."""

    kind = "upgrade"
    trigger_scope = TriggerScope.EVERYTHING
    example = KindExample(scenarios)
    form = UpgradeForm
    amount_fields = {"max_step_bp": StepField}
    inlines = (UpgradeSources, UpgradeProducts, CodeInline, VersionInline)
    fieldsets = sourced_fieldsets(_("Products and their upgrades"), "max_step_bp", audience=())
