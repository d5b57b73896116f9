"""The price history: each price from the moment it held, to look at only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.models import PriceChange
from catalog.services.amounts import money


class PriceHistoryInline(ReadOnlyInline):
    """A product's prices, newest first."""

    model = PriceChange
    verbose_name_plural = _("price history")
    fields = ("price", "changed_at")
    readonly_fields = ("price", "changed_at")
    ordering = ("-changed_at",)
    per_page = 10
    tab = True

    @admin.display(description=_("price"))
    def price(self, change: PriceChange) -> str:
        return money(change.price_minor, change.currency)


@admin.register(PriceChange)
class PriceChangeAdmin(ReadOnlyAdmin):
    """All price changes, newest first."""

    list_display = ("product", "price", "changed_at")
    list_select_related = ("product",)
    list_filter = (("product", AutocompleteSelectFilter), ("changed_at", RangeDateFilter))
    search_fields = ("product__sku", "product__name")
    search_help_text = _("SKU or name of the product")
    # Append-only: the newest row is the newest change, and needs no sorting.
    ordering = ("-pk",)
    fields = ("product", "price", "changed_at")

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, change: PriceChange) -> str:
        return money(change.price_minor, change.currency)
