"""Placements: where on the storefront offers may appear."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.admin.switch import SwitchedAdmin
from offers.admin.board import board_view
from offers.admin.standing import standing_view
from offers.models import Placement


@admin.register(Placement)
class PlacementAdmin(SwitchedAdmin):
    """Spots of the storefront, each with room for some offers."""

    revision_domain = "offers"
    list_display = ("name", "code", "slot_count", "active_offer_count", "board", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    search_help_text = _("Code or name")
    ordering = ("name", "pk")
    prepopulated_fields = {"code": ("name",)}
    fields = (
        ("name", "code"),
        ("slot_count", "is_active"),
        ("is_about_cart", "is_after_purchase"),
        "rank_by",
    )
    change_form_outer_before_template = "admin/offers/placement_links.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        queryset: QuerySet[Placement] = super().get_queryset(request)
        return queryset.annotate(active_offers=Count("offers", filter=Q(offers__is_active=True)))

    @admin.display(description=_("board"))
    def board(self, placement: Placement) -> SafeString:
        address = reverse("admin:offers_placement_board", args=[placement.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Open the board"))

    def get_urls(self) -> list[Any]:
        """Add the board, and the page that says who is above an offer."""
        view = self.admin_site.admin_view
        return [
            path("<int:placement_pk>/board/", view(self.board_view), name="offers_placement_board"),
            path(
                "<int:placement_pk>/standing/<int:offer_pk>/",
                view(self.standing_view),
                name="offers_placement_standing",
            ),
            *super().get_urls(),
        ]

    def board_view(self, request: HttpRequest, placement_pk: int) -> HttpResponse:
        """Show and save the board of a placement."""
        return board_view(self, request, self._visible(request, placement_pk))

    def standing_view(self, request: HttpRequest, placement_pk: int, offer_pk: int) -> HttpResponse:
        """Show who is asked before an offer."""
        return standing_view(self, request, self._visible(request, placement_pk), offer_pk)

    def _visible(self, request: HttpRequest, placement_pk: int) -> Placement:
        """Return the placement, for people who may view placements and offers."""
        if not self.has_view_permission(request) or not request.user.has_perm("offers.view_offer"):
            raise PermissionDenied
        return get_object_or_404(Placement, pk=placement_pk)

    @admin.display(description=_("active offers"), ordering="active_offers")
    def active_offer_count(self, placement: Placement) -> int:
        count: int = placement.active_offers  # type: ignore[attr-defined] # annotated above
        return count
