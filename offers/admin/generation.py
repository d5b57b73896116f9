"""Results of the statistics: the generations, and the best sellers of each category."""

from typing import Any

import numpy as np
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.columns import labelled
from catalog.models import Product
from engine.learned.generations import POPULAR
from offers.models import Generation, PopularProducts
from offers.services.generation import newest_generation


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Complete results of recomputes; the newest one serves."""

    list_display = (
        "published_at",
        "state",
        "age",
        "order_count",
        "line_count",
        "product_count",
        "pair_count",
    )
    list_filter = (("published_at", RangeDateFilter),)
    search_fields = ("pk",)
    ordering = ("-pk",)
    fields = (
        ("published_at", "data_until"),
        ("order_count", "counted_order_count"),
        ("line_count", "pair_count"),
        "product_count",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        queryset: QuerySet[Generation] = super().get_queryset(request)
        return queryset.annotate(newest_pk=newest_generation().values("pk"))

    @labelled(description=gettext_lazy("state"), colours={"serving": "success", "past": "info"})
    def state(self, generation: Any) -> tuple[str, str]:
        is_newest = generation.pk == generation.newest_pk
        return ("serving", _("serving")) if is_newest else ("past", _("replaced"))

    @admin.display(description=gettext_lazy("age"), ordering="published_at")
    def age(self, generation: Generation) -> str:
        return timesince(generation.published_at)


@admin.register(PopularProducts)
class PopularProductsAdmin(ReadOnlyAdmin):
    """The best sellers of each category and of the whole shop, in the generation that serves."""

    list_display = ("branch", "product_count")
    list_display_links = ("branch",)
    list_select_related = ("category",)
    list_filter = (("category", AutocompleteSelectFilter),)
    search_fields = ("category__path",)
    search_help_text = gettext_lazy("Category")
    ordering = ("category__path", "pk")
    fields = ("branch", "generation", "best_sellers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PopularProducts]:
        queryset: QuerySet[PopularProducts] = super().get_queryset(request)
        return queryset.filter(generation__in=newest_generation().values("pk"))

    @admin.display(description=gettext_lazy("category"), ordering="category__path")
    def branch(self, popular: PopularProducts) -> str:
        return popular.category.path if popular.category else _("Whole shop")

    @admin.display(description=gettext_lazy("products"))
    def product_count(self, popular: PopularProducts) -> int:
        return len(popular.products) // POPULAR.itemsize

    @admin.display(description=gettext_lazy("best sellers"))
    def best_sellers(self, popular: PopularProducts) -> SafeString:
        """List the products, best first, with the recent orders that hold them."""
        records = np.frombuffer(popular.products, POPULAR)
        products = Product.objects.in_bulk(records["product"].tolist())
        rows = format_html_join(
            "",
            "<li>{} <small>{}</small></li>",
            (
                (products[product], _("in %(count)s orders") % {"count": f"{orders:,}"})
                for product, orders in records.tolist()
                if product in products
            ),
        )
        return format_html('<ol class="awase-list">{}</ol>', rows)
