"""Offers: what may be proposed, in a merchandiser's words, and what it would serve right now."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from catalog.admin.base import SortableInline
from catalog.admin.columns import benefit, labelled, product_price
from catalog.admin.switch import SwitchedAdmin
from offers.admin.preview import PreviewForm, preview_offer
from offers.admin.schedule import ScheduleFilter, schedule_state
from offers.models import CuratedProduct, Offer, OfferStrategy, Placement


class StrategyInline(SortableInline):
    """Where the products come from; the first source that fills the place wins."""

    model = OfferStrategy
    fields = ("strategy", "position")
    select_related = ()
    verbose_name_plural = gettext_lazy("where the proposals come from, first choice on top")


class CuratedInline(SortableInline):
    """Products picked by hand, for the strategy “hand-picked products”."""

    model = CuratedProduct
    fields = ("product", "price", "position")
    readonly_fields = ("price",)
    autocomplete_fields = ("product",)
    verbose_name_plural = gettext_lazy("hand-picked products, best first")

    @admin.display(description=gettext_lazy("price"))
    def price(self, curated: CuratedProduct) -> str:
        return product_price(curated)


@admin.register(Offer)
class OfferAdmin(SwitchedAdmin):
    """Rules that propose products or a bundle."""

    revision_domain = "offers"
    list_display = ("name", "code", "kind_label", "where", "benefit", "priority", "state")
    list_filter = (
        ScheduleFilter,
        ("kind", ChoicesDropdownFilter),
        ("placements", RelatedDropdownFilter),
        ("audience", ChoicesDropdownFilter),
        "is_active",
    )
    search_fields = ("code", "name", "headline_en", "headline_ja")
    search_help_text = gettext_lazy("Code, name or headline")
    ordering = ("-is_active", "-priority", "name", "pk")
    prepopulated_fields = {"code": ("name",)}
    autocomplete_fields = ("placements", "trigger_products", "trigger_categories", "bundles")
    radio_fields = {"kind": admin.HORIZONTAL}
    inlines = (StrategyInline, CuratedInline)
    change_form_outer_after_template = "admin/offers/preview.html"
    fieldsets = (
        (None, {"fields": (("name", "code"), "kind", ("is_active", "priority"))}),
        (
            gettext_lazy("What the shopper reads"),
            {"fields": (("headline_en", "headline_ja"), ("body_en", "body_ja"))},
        ),
        (
            gettext_lazy("Where and when"),
            {"fields": ("placements", "max_proposals", ("starts_at", "ends_at"))},
        ),
        (
            gettext_lazy("For whom"),
            {
                "fields": (("audience", "min_subtotal_minor"), "trigger_products", "trigger_categories"),
                "description": gettext_lazy(
                    "Without trigger products and categories, the offer fits every page and cart."
                ),
            },
        ),
        (
            gettext_lazy("At what price"),
            {"fields": (("benefit_kind", "benefit_value", "currency"), "bundles")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        queryset: QuerySet[Offer] = super().get_queryset(request)
        return queryset.prefetch_related(Prefetch("placements", Placement.objects.order_by("name")))

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_label(self, offer: Offer) -> str:
        return offer.get_kind_display()

    @admin.display(description=gettext_lazy("placements"))
    def where(self, offer: Offer) -> str:
        return ", ".join(placement.name for placement in offer.placements.all()) or "–"

    @admin.display(description=gettext_lazy("price"))
    def benefit(self, offer: Offer) -> str:
        return benefit(offer.benefit_kind, offer.benefit_value, offer.currency)

    @labelled(
        description=gettext_lazy("state"),
        colours={"live": "success", "planned": "info", "over": "warning", "off": "danger"},
        ordering="is_active",
    )
    def state(self, offer: Offer) -> tuple[str, str]:
        return schedule_state(offer, now())

    def get_urls(self) -> list[Any]:
        """Add the address that answers the preview panel."""
        view = self.admin_site.admin_view(self.preview_view)
        return [path("<int:offer_pk>/preview/", view, name="offers_offer_preview"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Put the preview's form beside the offer's."""
        offer = kwargs.get("obj")
        if offer is not None:
            form = PreviewForm(offer=offer, site=self.admin_site)
            context |= {"preview_form": form, "media": context["media"] + form.media}
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def preview_view(self, request: HttpRequest, offer_pk: int) -> HttpResponse:
        """Answer what the saved offer would serve right now in the context that was typed in."""
        offer = get_object_or_404(Offer, pk=offer_pk)
        if not self.has_view_permission(request, offer):
            raise PermissionDenied
        form = PreviewForm(request.GET, offer=offer, site=self.admin_site)
        preview = preview_offer(offer, form.cleaned_data, now()) if form.is_valid() else None
        context = {"form": form, "preview": preview, "offer": offer}
        return render(request, "admin/offers/preview_answer.html", context)
