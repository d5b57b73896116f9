"""Cross-sells: what goes well with the page or cart."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from offers.admin.example.answer import KindExample
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.admin.kinds.sourced import SourceInline, sourced_fieldsets
from offers.kinds.cross_sell.example import scenarios
from offers.kinds.cross_sell.models import CrossSellOffer
from offers.models import TriggerScope


class CrossSellForm(KindForm):
    """A cross-sell, in its words."""

    words = {
        "trigger_scope": (
            _("Proposed with"),
            _(
                "One of these products must be on the page or in the cart. If it applies to everything, "
                "it also appears where there is no product yet, such as the home page."
            ),
        ),
        "benefit_kind": (_("The proposed product costs"), ""),
        "max_times": (_("Units at that price"), _("Per cart, the cheapest first. Empty: all of them.")),
        "slow_mover_boost_bp": (
            _("Boost for slow movers"),
            _("In percent: how far the relevance of a suitable slow mover may be raised. 0: no boost."),
        ),
    }


class CrossSellSources(SourceInline):
    """Where the products come from that go well."""

    kind = "cross_sell"


class CrossSellProducts(CuratedInline):
    """Hand-picked products that go well."""

    verbose_name_plural = _("proposed products, for the strategy “hand-picked products”")


@admin.register(CrossSellOffer)
class CrossSellAdmin(KindAdmin):
    """Cross-sells."""

    kind = "cross_sell"
    trigger_scope = TriggerScope.EVERYTHING
    example = KindExample(scenarios)
    form = CrossSellForm
    inlines = (CrossSellSources, CrossSellProducts, CodeInline, VersionInline)
    fieldsets = sourced_fieldsets(
        _("Products that go together"), "max_times", audience=("needs_acceptance", "slow_mover_boost_bp")
    )
