"""Add-ons: options on a product, such as a syrup, an engraving or gift wrap."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.kinds.add_on.example import scenarios
from offers.kinds.add_on.models import AddOnOffer


class AddOnForm(KindForm):
    """An add-on, in its words."""

    words = {
        "trigger_scope": (_("Products with these options"), ""),
        "benefit_kind": (_("An option costs"), _("“List price” is the price of the option product.")),
        "min_count": (_("At least"), _("Options that the shopper must choose per unit. 0: none.")),
        "max_count": (_("At most"), _("Options per unit. Empty: no limit.")),
        "included_count": (_("Included"), _("How many options per unit are free, the cheapest first.")),
    }


class AddOnOptions(CuratedInline):
    """The options."""

    verbose_name_plural = _("options to choose from")


@admin.register(AddOnOffer)
class AddOnAdmin(KindAdmin):
    """Add-ons."""

    kind = "add_on"
    example = KindExample(scenarios, rows_continue=True)
    form = AddOnForm
    inlines = (AddOnOptions, CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        (
            _("Options and products"),
            (
                "trigger_scope",
                "trigger_products",
                "trigger_categories",
                ("min_count", "max_count", "included_count"),
                ("benefit_kind", "benefit_value", "currency"),
            ),
        ),
    )
