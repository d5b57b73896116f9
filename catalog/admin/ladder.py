"""Upgrade ladders with sortable tiers."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import SortableInline
from catalog.admin.columns import product_price
from catalog.admin.switch import SwitchedAdmin
from catalog.models import UpgradeLadder, UpgradeTier


class UpgradeTierInline(SortableInline):
    """The tiers, from basic to premium."""

    model = UpgradeTier
    fields = ("label", "product", "price", "gain_en", "gain_ja", "position")
    readonly_fields = ("price",)
    autocomplete_fields = ("product",)
    verbose_name_plural = _("tiers, from basic to premium")

    @admin.display(description=_("price"))
    def price(self, tier: UpgradeTier) -> str:
        return product_price(tier)


@admin.register(UpgradeLadder)
class UpgradeLadderAdmin(SwitchedAdmin):
    """Ladders: products for the same need, from basic to premium."""

    revision_domain = "catalog"
    list_display = ("name", "tier_labels", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "tiers__product__sku", "tiers__product__name")
    search_help_text = _("Name of the ladder, or SKU or name of one of its products")
    ordering = ("name",)
    fields = ("name", "is_active")
    inlines = (UpgradeTierInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UpgradeLadder]:
        queryset: QuerySet[UpgradeLadder] = super().get_queryset(request)
        return queryset.prefetch_related("tiers")

    @admin.display(description=_("tiers"))
    def tier_labels(self, ladder: UpgradeLadder) -> str:
        tiers = sorted(ladder.tiers.all(), key=lambda tier: (tier.position, tier.pk))
        return " → ".join(tier.label for tier in tiers) or "–"
