"""How products sell: when each is bought again, how long its stock lasts, what hardly sells."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from catalog.admin.columns import labelled
from catalog.admin.filters import CategoryBranchFilter
from offers.admin.of_product import OfProductAdmin
from offers.models import ProductFacts


@admin.register(ProductFacts)
class ProductFactsAdmin(OfProductAdmin):
    """A row a product that sold or is due: the slowest first, then what sells best."""

    list_display = (
        "product_page",
        "sku",
        "interval",
        "recent_unit_count",
        "stock",
        "stock_cover_days",
        "last_sold_date",
        "movement",
    )
    list_filter = (
        "is_slow_mover",
        ("interval_source", ChoicesDropdownFilter),
        ("product__category", CategoryBranchFilter),
        ("last_sold_date", RangeDateFilter),
    )
    search_fields = ("product__sku", "product__name")
    search_help_text = gettext_lazy("SKU or name of the product")
    ordering = ("-slowness", "-recent_unit_count", "product_id")

    @admin.display(description=gettext_lazy("product"), ordering="product__name")
    def product_page(self, facts: ProductFacts) -> SafeString:
        address = reverse("admin:offers_productpartners_product", args=[facts.pk])
        return format_html('<a href="{}">{}</a>', address, facts.product.name)

    @admin.display(description=gettext_lazy("SKU"), ordering="product__sku")
    def sku(self, facts: ProductFacts) -> str:
        return facts.product.sku

    @admin.display(description=gettext_lazy("days until bought again"), ordering="interval_days")
    def interval(self, facts: ProductFacts) -> int | str:
        return facts.interval_days or "–"

    @admin.display(description=gettext_lazy("stock"), ordering="product__stock")
    def stock(self, facts: ProductFacts) -> int | str:
        return "–" if facts.product.stock is None else facts.product.stock

    @labelled(description=gettext_lazy("slow mover"), colours={"slow": "warning"}, ordering="slowness")
    def movement(self, facts: ProductFacts) -> tuple[str, str] | str:
        return ("slow", _("slow mover")) if facts.is_slow_mover else "–"
