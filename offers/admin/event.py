"""Events: what shoppers did with the offers they were shown, and whether it counts. Read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    FieldTextFilter,
    RangeDateFilter,
)

from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.columns import labelled
from catalog.admin.filters import ChoiceFilter
from offers.models import COUNTED, Event, EventType, Exclusion


class CountedFilter(ChoiceFilter):
    """Events that are counted, those that are not, or those that are not for one reason."""

    title = _("in the results")
    parameter_name = "counted"
    options = (("yes", _("yes")), ("no", _("no")), *Exclusion.choices)

    def chosen(self, queryset: QuerySet[Event], value: str) -> QuerySet[Event]:
        """Return the events that are counted or not."""
        match value:
            case "yes":
                return queryset.filter(exclusion=COUNTED)
            case "no":
                return queryset.filter(exclusion__in=Exclusion.values)
        return queryset.filter(exclusion=value)


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
