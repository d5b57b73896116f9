"""Placements: where on the storefront offers may appear."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.switch import SwitchedAdmin
from offers.models import Placement


@admin.register(Placement)
class PlacementAdmin(SwitchedAdmin):
    """Spots of the storefront, each with room for some offers."""

    revision_domain = "offers"
    list_display = ("name", "code", "slot_count", "active_offer_count", "is_after_purchase", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    search_help_text = _("Code or name")
    ordering = ("name", "pk")
    prepopulated_fields = {"code": ("name",)}
    fields = (("name", "code"), ("slot_count", "is_active"), ("is_about_cart", "is_after_purchase"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        queryset: QuerySet[Placement] = super().get_queryset(request)
        return queryset.annotate(active_offers=Count("offers", filter=Q(offers__is_active=True)))

    @admin.display(description=_("active offers"), ordering="active_offers")
    def active_offer_count(self, placement: Placement) -> int:
        count: int = placement.active_offers  # type: ignore[attr-defined] # annotated above
        return count
