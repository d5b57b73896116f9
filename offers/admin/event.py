"""Events: what shoppers did with the offers they were shown. Read-only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    FieldTextFilter,
    RangeDateFilter,
)

from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.columns import labelled
from offers.models import Event, EventType


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Impressions, clicks, accepts, dismissals and declines, newest first."""

    list_display = ("occurred_at", "kind", "offer_code", "position", "customer", "decision")
    list_select_related = ("customer",)
    list_filter = (
        ("type", ChoicesDropdownFilter),
        ("offer_code", FieldTextFilter),
        ("customer", AutocompleteSelectFilter),
        ("occurred_at", RangeDateFilter),
    )
    search_fields = ("event_id", "decision", "offer_code", "customer__external_id", "session")
    search_help_text = _("Event, decision, offer, customer or session")
    ordering = ("-occurred_at", "-pk")

    @labelled(
        description=_("type"),
        colours={
            EventType.IMPRESSION: "info",
            EventType.CLICK: "primary",
            EventType.ACCEPT: "success",
            EventType.DISMISS: "warning",
            EventType.DECLINE: "danger",
        },
        ordering="type",
    )
    def kind(self, event: Event) -> tuple[str, str]:
        return event.type, event.get_type_display()
