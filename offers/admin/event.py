"""Events: what shoppers did with the offers they were shown, and whether it counts. Read-only."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    FieldTextFilter,
    RangeDateFilter,
)

from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.columns import labelled
from offers.models import COUNTED, Event, EventType, Exclusion

if TYPE_CHECKING:
    _Choice = admin.SimpleListFilter
else:
    _Choice = DropdownFilter


class CountedFilter(_Choice):
    """Events that are counted, those that are not, or those that are not for one reason."""

    title = _("in the results")
    parameter_name = "counted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return yes, no, and each reason."""
        del request, model_admin
        return [("yes", _("yes")), ("no", _("no")), *Exclusion.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Keep the chosen events."""
        del request
        match self.value():
            case None:
                return queryset
            case "yes":
                return queryset.filter(exclusion=COUNTED)
            case "no":
                return queryset.filter(exclusion__in=Exclusion.values)
            case reason:
                return queryset.filter(exclusion=reason)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Impressions, clicks, accepts, dismissals and declines, newest first."""

    list_display = ("occurred_at", "kind", "offer_code", "position", "customer", "decision", "counts")
    list_select_related = ("customer",)
    list_filter = (
        ("type", ChoicesDropdownFilter),
        CountedFilter,
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

    @labelled(
        description=_("in the results"),
        colours={"yes": "success", **dict.fromkeys(Exclusion.values, "warning")},
        ordering="exclusion",
    )
    def counts(self, event: Event) -> tuple[str, Any]:
        """Return yes, or why the event is not counted."""
        if event.exclusion == COUNTED:
            return "yes", _("yes")
        return event.exclusion, event.get_exclusion_display()
