"""Lanes: the order in which prices are calculated, and how the offers of a lane combine."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from catalog.admin.base import RevisedAdmin
from offers.admin.kinds.permissions import OfferPermissions
from offers.models import Lane, Offer
from offers.services.lane import create_missing_lanes


@admin.register(Lane)
class LaneAdmin(OfferPermissions, RevisedAdmin):
    """The three lanes, dragged into order."""

    revision_domain = "offers"
    list_display = ("label", "mode", "active_offer_count", "position")
    list_editable = ("mode", "position")
    list_filter = (("mode", ChoicesDropdownFilter),)
    list_filter_sheet = False
    search_fields = ("code",)
    ordering = ("position", "pk")
    ordering_field = "position"
    hide_ordering_field = True
    fields = ("label", "mode")
    readonly_fields = ("label",)
    actions = None
    list_disable_select_all = True
    list_before_template = "admin/offers/lanes.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show all lanes, including those that were never changed."""
        create_missing_lanes()
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lane]:
        """Count the active offers of each lane."""
        offers = Offer.objects.filter(lane=OuterRef("code"), is_active=True).order_by().values("lane")
        counted = Subquery(offers.annotate(count=Count("pk")).values("count"), IntegerField())
        queryset: QuerySet[Lane] = super().get_queryset(request)
        return queryset.annotate(active_offers=Coalesce(counted, 0))

    @admin.display(description=_("lane"), ordering="position")
    def label(self, lane: Lane) -> str:
        return str(lane).capitalize()

    @admin.display(description=_("active offers"), ordering="active_offers")
    def active_offer_count(self, lane: Lane) -> int:
        count: int = lane.active_offers  # type: ignore[attr-defined] # annotated above
        return count

    def has_add_permission(self, request: HttpRequest, *_parent: Any) -> bool:
        """Do not allow adding a lane: there are always three."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Do not allow deleting a lane."""
        return False
