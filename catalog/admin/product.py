"""Products: searched by SKU or name, edited in major units and percent."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import FieldTextFilter

from catalog.admin.amounts import AmountForm
from catalog.admin.attributes import AttributesField
from catalog.admin.base import RevisedAdmin
from catalog.admin.columns import labelled, page_action
from catalog.admin.filters import CategoryBranchFilter, StockFilter
from catalog.admin.price import PriceHistoryInline
from catalog.admin.relation import RelationInline
from catalog.admin.sku_list import sku_list_view
from catalog.admin.switch import change_rows
from catalog.admin.tax_mode import tax_mode_warning
from catalog.models import Bundle, Product
from catalog.services.amounts import money
from catalog.services.bundle import bundles_left_single, count_bundle_units
from catalog.services.currency import refusals_of_currency
from catalog.services.product import record_price_change


class ProductForm(AmountForm):
    """A product; its currency stays while something depends on it."""

    def clean_currency(self) -> str:
        """Refuse another currency, naming what depends on the old one."""
        currency: str = self.cleaned_data["currency"]
        if self.instance.pk and currency != self.initial["currency"]:
            for detail in refusals_of_currency([self.instance.sku]).values():
                raise ValidationError(detail, code="currency_in_use")
        return currency


@admin.register(Product)
class ProductAdmin(RevisedAdmin):
    """Everything that can be sold."""

    revision_domain = "catalog"
    form = ProductForm
    follows_stored = ("stock",)
    list_display = ("name", "sku", "brand", "category", "price", "stock_state", "is_visible")
    list_select_related = ("category",)
    list_filter = (
        ("category", CategoryBranchFilter),
        StockFilter,
        "is_hidden",
        ("brand", FieldTextFilter),
        ("currency", FieldTextFilter),
    )
    search_fields = ("sku", "name", "brand")
    search_help_text = _("SKU, name or brand")
    ordering = ("name", "pk")
    autocomplete_fields = ("category",)
    readonly_fields = ("created_at", "updated_at")
    inlines = (RelationInline, PriceHistoryInline)
    actions = ("hide", "show")
    actions_detail = ("recommendations",)
    fieldsets = (
        (None, {"fields": (("name", "sku"), ("brand", "category"), "description")}),
        (
            _("Price"),
            {"fields": (("price_minor", "currency"), ("tax_rate_bp", "is_tax_included"), "cost_minor")},
        ),
        (_("Availability"), {"fields": (("stock", "replenishment_days"), "is_hidden")}),
        (_("Storefront"), {"fields": (("image_url", "page_url"), "attributes")}),
        (_("History"), {"fields": (("created_at", "updated_at"),)}),
    )

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Edit the attributes as rows."""
        if db_field.name == "attributes":
            return AttributesField.for_column(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[Any]:
        """Add the address that finds the products of a pasted list."""
        view = self.admin_site.admin_view(require_POST(sku_list_view))
        return [path("skus/", view, name="catalog_product_skus"), *super().get_urls()]

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, product: Product) -> str:
        return money(product.price_minor, product.currency)

    @labelled(
        description=_("stock"),
        colours={"in": "success", "out": "danger", "untracked": "info"},
        ordering="stock",
    )
    def stock_state(self, product: Product) -> tuple[str, Any]:
        if product.stock is None:
            return "untracked", _("not tracked")
        if product.stock == 0:
            return "out", _("out of stock")
        return "in", f"{product.stock:,}"

    @admin.display(description=_("visible"), boolean=True, ordering="is_hidden")
    def is_visible(self, product: Product) -> bool:
        return not product.is_hidden

    @admin.action(description=_("Hide the selected products"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        change_rows(self, request, queryset.filter(is_hidden=False), is_hidden=True)

    @admin.action(description=_("Show the selected products"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        change_rows(self, request, queryset.filter(is_hidden=True), is_hidden=False)

    @page_action(description=_("Statistics and recommendations"), icon="join_inner", permission="partners")
    def recommendations(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Redirect to the recommendations of this product."""
        return redirect("admin:offers_productpartners_product", object_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Protect a product if a bundle would be left with only one unit."""
        rows, counts, needed, protected = super().get_deleted_objects(objs, request)
        left = [
            _("The bundle “%(name)s” would be left with only one unit.") % {"name": bundle.name}
            for bundle in bundles_left_single(products=objs)
        ]
        return rows, counts, needed, [*protected, *left]

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Delete the product and update the unit counts of its bundles."""
        self.delete_queryset(request, Product.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Delete the products and update the unit counts of their bundles."""
        with transaction.atomic():
            bundles = list(Bundle.objects.filter(items__product__in=queryset.order_by()).distinct())
            super().delete_queryset(request, queryset)
            for bundle in bundles:
                count_bundle_units(bundle=bundle)

    def has_partners_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Return whether the user may view recommendations."""
        return request.user.has_perm("offers.view_productpartners")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the form, with a warning if the product is not priced the way the shop shows prices."""
        product = kwargs.get("obj")
        if product is not None and request.method == "GET":
            self._warn(request, product)
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def _warn(self, request: HttpRequest, product: Product) -> None:
        warning = tax_mode_warning(product)
        if warning is not None:
            self.message_user(request, warning, messages.WARNING)

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Save the product; record a changed price in its history, and warn like the form."""
        super().save_model(request, obj, form, change)
        if not change or {"price_minor", "currency"} & set(form.changed_data):
            record_price_change(product=obj, at=now())
        if "_continue" not in request.POST:  # otherwise the form that follows says it
            self._warn(request, obj)
