"""Filter offers by whether they are live, scheduled, ended or paused."""

from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from catalog.admin.filters import ChoiceFilter
from offers.models import Offer


class ScheduleFilter(ChoiceFilter):
    """Offers by their state at this moment."""

    title = gettext_lazy("state")
    parameter_name = "state"
    options = (
        ("live", gettext_lazy("live")),
        ("planned", gettext_lazy("scheduled")),
        ("over", gettext_lazy("ended")),
        ("off", gettext_lazy("paused")),
    )

    def chosen(self, queryset: QuerySet[Offer], value: str) -> QuerySet[Offer]:
        """Return the offers in this state."""
        at = now()
        conditions = {
            "live": Q(pk__in=Offer.objects.live_at(at)),
            "planned": Q(is_active=True, starts_at__gt=at),
            "over": Q(is_active=True, ends_at__lte=at),
            "off": Q(is_active=False),
        }
        return queryset.filter(conditions[value])
