"""Are views reported? Offers that the server delivered and of which no view was ever reported.

Some are never looked at, below what fits the screen. If most are missing, the storefront does not report
views, or loses them: then rates are too high, and experiments compare shoppers who were measured differently.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from analytics.models import DailyExclusion, DailyExposure
from analytics.reports.results.columns import rate_text
from analytics.reports.results.period import Period
from analytics.reports.results.titles import titles_of
from analytics.stats.proportion import rate_of
from gateway.models import ApiKey
from offers.models import Exclusion

# Below this share of reported views, figures are not to be trusted.
LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class ReportedViews:
    """How many of the offers shown for an API key in a placement were reported as seen."""

    key: str
    placement: str
    shown: int
    reported: int

    @property
    def lost(self) -> int:
        """Return how many were shown and never reported."""
        return self.shown - self.reported

    @property
    def share(self) -> str:
        """Return the share that was reported with its interval; "" if too few were shown."""
        return rate_text(rate_of(self.reported, self.shown))

    @property
    def is_bad(self) -> bool:
        """Tell whether the share is below the threshold beyond doubt."""
        rate = rate_of(self.reported, self.shown)
        return rate is not None and rate.high < LEAST_SHARE


@dataclass(frozen=True, slots=True)
class ExcludedEvents:
    """How many events of a period were not counted for a reason."""

    reason: Exclusion
    count: int


def read_reported_views(period: Period) -> tuple[ReportedViews, ...]:
    """Return what was reported by key and placement, what lost most first; three queries."""
    rows = DailyExposure.objects.filter(day__range=(period.first, period.last)).order_by()
    sums = list(rows.values_list("key", "placement").annotate(all=Sum("shown"), seen=Sum("reported")))
    if not sums:
        return ()
    keys = dict(ApiKey.objects.filter(pk__in={key for key, *_rest in sums}).values_list("pk", "name"))
    placements = titles_of("placement", {placement for _key, placement, *_rest in sums})
    found = [
        ReportedViews(
            key=keys.get(key) or (_("shared answers") if not key else _("deleted key")),
            placement=str(placements.get(placement, placement)),
            shown=shown,
            reported=reported,
        )
        for key, placement, shown, reported in sums
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_bad, -one.lost, one.key, one.placement)))


def bad_views(views: Collection[ReportedViews]) -> list[ReportedViews]:
    """Return those of which too few were reported."""
    return [one for one in views if one.is_bad]


def read_excluded(period: Period) -> tuple[ExcludedEvents, ...]:
    """Return how many events were not counted for each reason that occurred, the most frequent first."""
    rows = DailyExclusion.objects.filter(day__range=(period.first, period.last)).order_by()
    counts = rows.values_list("reason").annotate(count=Sum("events"))
    excluded = [ExcludedEvents(Exclusion(reason), count) for reason, count in counts]
    return tuple(sorted(excluded, key=lambda one: (-one.count, one.reason)))
