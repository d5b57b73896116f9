"""Filter offers by whether they are live, scheduled, ended or paused."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from offers.models import Offer

if TYPE_CHECKING:
    _Choice = admin.SimpleListFilter
else:
    _Choice = DropdownFilter


class ScheduleFilter(_Choice):
    """Offers by their state at this moment."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states to choose from."""
        return [
            ("live", gettext_lazy("live")),
            ("planned", gettext_lazy("scheduled")),
            ("over", gettext_lazy("ended")),
            ("off", gettext_lazy("paused")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Offer]) -> QuerySet[Offer]:
        """Keep the offers in the chosen state."""
        at = now()
        match self.value():
            case "live":
                return queryset.filter(pk__in=Offer.objects.live_at(at))
            case "planned":
                return queryset.filter(is_active=True, starts_at__gt=at)
            case "over":
                return queryset.filter(is_active=True, ends_at__lte=at)
            case "off":
                return queryset.filter(is_active=False)
        return queryset
