"""All offers at a glance; each is edited on the page of its kind. What they sold is shown in the results."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from catalog.admin.base import RevisedAdmin
from catalog.admin.columns import first_names, labelled
from offers.admin.addresses import page_of_kind
from offers.admin.bulk import OfferActions
from offers.admin.conditions.page import ConditionsPage
from offers.admin.preview import PreviewForm, preview_offer
from offers.admin.schedule import ScheduleFilter
from offers.kinds.registry import all_kinds
from offers.models import Offer, Placement
from offers.services.schedule import schedule_state
from offers.services.summary import own_kind, summary, with_kinds


class OfferListAdmin(ConditionsPage, OfferActions, RevisedAdmin):
    """Every offer of every kind, in the order in which they come first."""

    revision_domain = "offers"

    list_filter = (
        ScheduleFilter,
        ("kind", ChoicesDropdownFilter),
        ("placements", RelatedDropdownFilter),
        ("lane", ChoicesDropdownFilter),
        ("audience", ChoicesDropdownFilter),
        "is_active",
    )
    search_fields = ("code", "name", "headline_en", "headline_ja", "codes__code")
    search_help_text = gettext_lazy("Code, name, headline or promotion code")
    ordering = ("-is_active", "-priority", "name", "pk")
    actions_detail = ()
    list_before_template = "admin/offers/new_offer.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        """Read what the list says of each kind, in as many queries for one offer as for many."""
        places = Prefetch("placements", Placement.objects.order_by("name"))
        return with_kinds(super().get_queryset(request)).prefetch_related(places)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list, with a way to a new offer of each kind above it."""
        kinds = [{"words": kind.invitation, "link": page_of_kind(kind.code, "add")} for kind in all_kinds()]
        context = {"kinds": kinds, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.display(description=gettext_lazy("what it gives"))
    def gives(self, offer: Offer) -> str:
        return summary(own_kind(offer))

    @admin.display(description=gettext_lazy("placements"))
    def where(self, offer: Offer) -> SafeString | str:
        return first_names([placement.name for placement in offer.placements.all()])

    @labelled(
        description=gettext_lazy("state"),
        colours={"live": "success", "planned": "info", "over": "warning", "off": "danger"},
        ordering="is_active",
    )
    def state(self, offer: Offer) -> tuple[str, str]:
        return schedule_state(offer, now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Do not allow adding an offer without a kind."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow changing an offer only on the page of its kind."""
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the page of the offer's kind."""
        there = self._page_of(request, object_id, "change")
        return redirect(there) if there else super().change_view(request, object_id, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the page of the offer's kind."""
        there = self._page_of(request, object_id, "delete")
        return redirect(there) if there else super().delete_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the page of the offer's kind."""
        there = self._page_of(request, object_id, "history")
        return redirect(there) if there else super().history_view(request, object_id, *args, **kwargs)

    def _page_of(self, request: HttpRequest, object_id: str, view: str) -> str | None:
        """Return where the offer is edited, None if there is no such offer."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        offer: Offer | None = self.get_object(request, object_id)
        if offer is None:
            return None
        return page_of_kind(offer.kind, view, offer.pk)

    def get_urls(self) -> list[Any]:
        """Add the address that answers the preview panel."""
        view = self.admin_site.admin_view(self.preview_view)
        return [path("<int:offer_pk>/preview/", view, name="offers_offer_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, offer_pk: int) -> HttpResponse:
        """Answer what the saved offer would serve right now in the context that was typed in."""
        offer = get_object_or_404(Offer, pk=offer_pk)
        if not self.has_view_permission(request, offer):
            raise PermissionDenied
        form = PreviewForm(request.GET, offer=offer, site=self.admin_site)
        preview = preview_offer(offer, form.cleaned_data, now()) if form.is_valid() else None
        context = {"form": form, "preview": preview, "offer": offer}
        return render(request, "admin/offers/preview_answer.html", context)
