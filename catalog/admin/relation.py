"""Relations between products, edited on their product's page and listed separately."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from catalog.admin.base import RevisedAdmin, SortableInline
from catalog.models import ProductRelation


class RelationInline(SortableInline):
    """The related products, most important first."""

    model = ProductRelation
    fk_name = "product"
    fields = ("related", "kind", "position")
    autocomplete_fields = ("related",)
    select_related = ("related",)
    verbose_name_plural = _("related products")
    tab = True


@admin.register(ProductRelation)
class ProductRelationAdmin(RevisedAdmin):
    """All relations of the catalogue."""

    revision_domain = "catalog"
    list_display = ("product", "kind", "related", "position")
    list_select_related = ("product", "related")
    list_filter = (
        ("kind", ChoicesDropdownFilter),
        ("product", AutocompleteSelectFilter),
        ("related", AutocompleteSelectFilter),
    )
    search_fields = ("product__sku", "product__name", "related__sku", "related__name")
    search_help_text = _("SKU or name of either product")
    autocomplete_fields = ("product", "related")
    ordering = ("product_id", "kind", "position", "pk")
    fields = ("product", "kind", "related", "position")
