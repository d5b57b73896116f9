"""What the pages of all kinds of offer share."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Field, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from catalog.admin.amounts import AmountField
from catalog.admin.columns import labelled
from catalog.admin.switch import SwitchedAdmin
from offers.admin.kinds.form import KindForm
from offers.admin.kinds.permissions import OfferPermissions
from offers.admin.preview import PreviewForm
from offers.admin.schedule import ScheduleFilter, schedule_state
from offers.admin.summary import summary
from offers.models import LaneCode, Offer, OfferKind, Placement

MAX_KEY = 2**63 - 1


class KindAdmin(OfferPermissions, SwitchedAdmin):
    """The page of one kind of offer: its list, and a form with its fields and no others."""

    kind: ClassVar[OfferKind]
    # The lane that a new offer stands in.
    lane: ClassVar[LaneCode] = LaneCode.LINE
    # What else the list has to read to say in words what the offers give.
    summary_reads: ClassVar[tuple[Any, ...]] = ()
    # Columns whose numbers are written in a way that their names do not tell.
    amount_fields: ClassVar[Mapping[str, type[AmountField]]] = {}

    form = KindForm
    revision_domain = "offers"
    list_display = ("name", "code", "gives", "where", "priority", "state")
    list_filter = (
        ScheduleFilter,
        ("placements", RelatedDropdownFilter),
        ("audience", ChoicesDropdownFilter),
        "is_active",
    )
    search_fields = ("code", "name", "headline_en", "headline_ja")
    search_help_text = _("Code, name or headline")
    ordering = ("-is_active", "-priority", "name", "pk")
    prepopulated_fields = {"code": ("name",)}
    autocomplete_fields: ClassVar[tuple[str, ...]] = (
        "placements",
        "trigger_products",
        "trigger_categories",
        "excludes",
    )
    change_form_outer_after_template = "admin/offers/preview.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the offers of this kind, with their places."""
        places = Prefetch("placements", Placement.objects.order_by("name"))
        queryset: QuerySet[Any] = super().get_queryset(request).filter(kind=self.kind)
        return queryset.prefetch_related(places, *self.summary_reads)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the offer; no row has a key that no database can hold."""
        if object_id.isdecimal() and int(object_id) > MAX_KEY:
            return None
        return super().get_object(request, object_id, from_field)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start a new offer in the lane where its kind usually stands."""
        return {"lane": self.lane.value, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Give the kind's own numbers the fields people expect."""
        field_class = self.amount_fields.get(db_field.name)
        if field_class is not None:
            return field_class.for_column(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("what it gives"))
    def gives(self, offer: Offer) -> str:
        return summary(offer)

    @admin.display(description=_("placements"))
    def where(self, offer: Offer) -> str:
        return ", ".join(placement.name for placement in offer.placements.all()) or "–"

    @labelled(
        description=_("state"),
        colours={"live": "success", "planned": "info", "over": "warning", "off": "danger"},
        ordering="is_active",
    )
    def state(self, offer: Offer) -> tuple[str, str]:
        return schedule_state(offer, now())

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
