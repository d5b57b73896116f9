"""Cross-sells: what goes well with the page or cart."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.rows import CodeInline, CuratedInline, VersionInline
from offers.admin.kinds.sourced import SourceInline, sourced_fieldsets
from offers.models import CrossSellOffer, OfferKind


class CrossSellForm(KindForm):
    """A cross-sell, in its words."""

    fixed = {"kind": OfferKind.CROSS_SELL}
    words = {
        "trigger_products": (
            _("Proposed with these products"),
            _("One of them is the page's product or lies in the cart. Without any: with every product."),
        ),
        "benefit_kind": (_("The proposed product costs"), ""),
        "max_times": (_("Units at that price"), _("In one cart, the cheapest first. Empty: all of them.")),
        "slow_mover_boost_bp": (
            _("Help for slow movers"),
            _("In percent: how much more relevant a slow mover counts, if it fits at all. 0: not at all."),
        ),
    }


class CrossSellSources(SourceInline):
    """Where the products come from that go well."""

    kind = OfferKind.CROSS_SELL


class CrossSellProducts(CuratedInline):
    """Products that go well, picked by hand."""

    verbose_name_plural = _("proposed products, for the source “hand-picked products”")


@admin.register(CrossSellOffer)
class CrossSellAdmin(KindAdmin):
    """Cross-sells."""

    kind = OfferKind.CROSS_SELL
    form = CrossSellForm
    inlines = (CrossSellSources, CrossSellProducts, CodeInline, VersionInline)
    fieldsets = sourced_fieldsets(
        _("What goes with what"), "max_times", whom=("needs_acceptance", "slow_mover_boost_bp")
    )
