"""Recommendations: what is bought together with a product, and what merchandisers decided about it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.views import ChangeList as UnfoldChangeList

from catalog.admin.filters import CategoryBranchFilter
from catalog.models import Product
from offers.admin.of_product import OfProductAdmin
from offers.admin.partners import PinForm, count_partners, partner_rows, top_partner_pk
from offers.admin.product_card import read_product_card
from offers.models import OverrideAction, ProductPartners
from offers.services.generation import newest_generation
from offers.services.override import override_partner, release_partner

PERMISSION = {
    "pin": ("offers.add_partneroverride", "offers.change_partneroverride"),
    "veto": ("offers.add_partneroverride", "offers.change_partneroverride"),
    "clear": ("offers.delete_partneroverride",),
}
DECIDED = {
    OverrideAction.PIN: gettext_lazy("“%(name)s” now comes first."),
    OverrideAction.VETO: gettext_lazy("“%(name)s” will not be proposed with this product."),
}


class PartnerChangeList(UnfoldChangeList):  # type: ignore[misc] # Unfold ships no types
    """A page of products whose best partners are read by one query."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then the names of the best partners on it."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        names = Product.objects.in_bulk({top_partner_pk(row.partners) for row in rows} - {None})
        for row in rows:
            row.best = names.get(top_partner_pk(row.partners))
        self.result_list = rows


@admin.register(ProductPartners)
class ProductPartnersAdmin(OfProductAdmin):
    """Products that have partners in the generation that serves."""

    list_display = ("product_page", "sku", "partner_count", "best_partner")
    list_filter = (("product", AutocompleteSelectFilter), ("product__category", CategoryBranchFilter))
    search_fields = ("product__sku", "product__name")
    search_help_text = gettext_lazy("SKU or name of the product")
    # By name would sort every list of the generation for one page of them.
    ordering = ("product_id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        changelist: type[ChangeList] = PartnerChangeList
        return changelist

    @admin.display(description=gettext_lazy("product"), ordering="product__name")
    def product_page(self, row: ProductPartners) -> SafeString:
        address = reverse("admin:offers_productpartners_product", args=[row.product_id])
        return format_html('<a href="{}">{}</a>', address, row.product.name)

    @admin.display(description=gettext_lazy("SKU"), ordering="product__sku")
    def sku(self, row: ProductPartners) -> str:
        return row.product.sku

    @admin.display(description=gettext_lazy("partners"))
    def partner_count(self, row: ProductPartners) -> int:
        return count_partners(bytes(row.partners))

    @admin.display(description=gettext_lazy("best partner"))
    def best_partner(self, row: Any) -> str:
        return row.best.name if row.best else "–"

    def get_urls(self) -> list[Any]:
        """Add a product's page and the address that takes the decisions on it."""
        site = self.admin_site
        return [
            path(
                "product/<int:product_pk>/",
                site.admin_view(self.product_view),
                name="offers_productpartners_product",
            ),
            *super().get_urls(),
        ]

    def product_view(self, request: HttpRequest, product_pk: int) -> HttpResponse:
        """Show a product's partners with their evidence; take a pin, a veto or a release."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        product = get_object_or_404(Product.objects.select_related("category"), pk=product_pk)
        if request.method == "POST":
            self.decide(request, product)
            return redirect("admin:offers_productpartners_product", product.pk)
        generation = newest_generation().first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": product.name,
            "subtitle": _("Recommendations"),
            "product": product,
            "generation": generation,
            "card": read_product_card(product, generation),
            "rows": partner_rows(product, generation),
            "pin_form": PinForm(site=self.admin_site),
            "media": self.media + PinForm(site=self.admin_site).media,
            **{f"can_{verb}": request.user.has_perms(needed) for verb, needed in PERMISSION.items()},
        }
        return TemplateResponse(request, "admin/offers/recommendations.html", context)

    def decide(self, request: HttpRequest, product: Product) -> None:
        """Take one decision; each can be undone by its button on the page."""
        verb = request.POST.get("decision", "")
        if verb not in PERMISSION or not request.user.has_perms(PERMISSION[verb]):
            raise PermissionDenied
        form = PinForm(request.POST, site=self.admin_site, product=product)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["partner"])))
            return
        partner = form.cleaned_data["partner"]
        if verb == "clear":
            release_partner(product=product, partner=partner)
            text: Any = _("“%(name)s” is ranked by the statistics again.")
        else:
            action = OverrideAction(verb)
            override_partner(product=product, partner=partner, action=action, decided_by_id=request.user.pk)
            text = DECIDED[action]
        messages.success(request, text % {"name": partner.name})
