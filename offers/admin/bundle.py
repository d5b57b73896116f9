"""Bundles: edited on their page, with a price that is calculated during editing."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from catalog.admin.base import SortableInline
from catalog.admin.columns import product_price
from catalog.admin.formsets import SortedFormSet
from catalog.admin.switch import SwitchedAdmin
from catalog.models import Bundle, BundleItem
from catalog.services.amounts import benefit, money
from catalog.services.bundle import count_bundle_units
from catalog.services.tax_mode import shop_tax_mode, tax_mode
from engine.pricing import BundlePrice
from offers.admin.bundle_price import PriceDraftError, describe_price, read_draft
from offers.admin.editor import editor
from offers.kinds.bundle.offers import offers_with_bundle
from offers.kinds.bundle.price import (
    BundleDraft,
    benefit_of,
    find_part_faults,
    find_price_faults,
    price_of,
)
from offers.services.offer import record_versions


class BundleItemFormSet(SortedFormSet):
    """The parts of a bundle: two units or more, all in the bundle's currency."""

    def clean(self) -> None:
        """Refuse a bundle of fewer than two units, and parts whose prices cannot be added up."""
        super().clean()
        if any(self.errors):
            return
        parts = [
            (form.cleaned_data["product"], form.cleaned_data["quantity"])
            for form in self.forms
            if form.cleaned_data.get("product") and not form.cleaned_data.get("DELETE")
        ]
        bundle: Bundle = self.instance
        draft = BundleDraft(bundle.currency, benefit_of(bundle), parts, shop_tax_mode())
        faults = list(find_part_faults(draft)) or list(find_price_faults(draft))
        if faults:
            raise ValidationError([ValidationError(fault.text, code=fault.code) for fault in faults])


class BundleItemInline(SortableInline):
    """What belongs to the bundle."""

    model = BundleItem
    formset = BundleItemFormSet
    fields = ("product", "unit_price", "quantity", "position")
    readonly_fields = ("unit_price",)
    autocomplete_fields = ("product",)
    verbose_name_plural = gettext_lazy("products in this bundle")

    @admin.display(description=gettext_lazy("unit price"))
    def unit_price(self, item: BundleItem) -> str:
        return product_price(item)


@admin.register(Bundle)
class BundleAdmin(SwitchedAdmin):
    """Several units together, at one price."""

    revision_domain = "catalog"
    list_display = ("name", "code", "unit_count", "benefit", "price", "saving", "is_active")
    list_filter = ("is_active", ("benefit_kind", ChoicesDropdownFilter))
    search_fields = ("code", "name", "items__product__sku", "items__product__name")
    search_help_text = gettext_lazy("Code or name of the bundle, or SKU or name of one of its products")
    ordering = ("name", "pk")
    prepopulated_fields = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "code"), "is_active")}),
        (gettext_lazy("Price"), {"fields": (("benefit_kind", "benefit_value", "currency"),)}),
    )
    inlines = (BundleItemInline,)
    change_form_after_template = "admin/offers/bundle_price.html"

    class Media:
        js = ("offers/live.js", "offers/bundle_price.js")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bundle]:
        """Return the bundles with their parts, and whether the shop's prices include tax."""
        queryset: QuerySet[Bundle] = super().get_queryset(request)
        is_gross = Value(shop_tax_mode().tax_included)
        return queryset.annotate(is_gross_shop=is_gross).prefetch_related("items__product")

    def get_urls(self) -> list[Any]:
        """Add the address that prices a bundle while it is edited."""
        view = self.admin_site.admin_view(require_POST(self.price_view))
        return [path("price/", view, name="catalog_bundle_price"), *super().get_urls()]

    def price_view(self, request: HttpRequest) -> HttpResponse:
        """Answer what the bundle in the posted form costs; nothing is saved."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return JsonResponse(describe_price(read_draft(request.POST)))
        except PriceDraftError as error:
            return JsonResponse({"message": str(error)})

    def save_model(self, request: HttpRequest, obj: Bundle, form: Any, change: bool) -> None:
        """Save the bundle; what offers of it cost before is kept, to be compared with what they will cost."""
        if change:
            record_versions(offers=offers_with_bundle(bundle=obj), by=editor(request), at=now())
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the parts, count the units they make, and give the offers of the bundle their new price."""
        super().save_related(request, form, formsets, change)
        count_bundle_units(bundle=form.instance)
        record_versions(offers=offers_with_bundle(bundle=form.instance), by=editor(request), at=now())

    @admin.display(description=gettext_lazy("benefit"))
    def benefit(self, bundle: Bundle) -> str:
        return benefit(bundle.benefit_kind, bundle.benefit_value, bundle.currency)

    @admin.display(description=gettext_lazy("price"))
    def price(self, bundle: Bundle) -> str:
        return money(_shown_price(bundle).offer_minor, bundle.currency)

    @admin.display(description=gettext_lazy("saving"))
    def saving(self, bundle: Bundle) -> str:
        price = _shown_price(bundle)
        return money(price.list_minor - price.offer_minor, bundle.currency)


def _shown_price(bundle: Any) -> BundlePrice:
    """Return the price that shoppers see of a row of the list."""
    return price_of(bundle, tax_mode(tax_included=bundle.is_gross_shop))
