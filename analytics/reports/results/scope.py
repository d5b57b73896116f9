"""What results are of: filters, and what their rows are grouped by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.models import EVERYBODY, DailyResult, DailyTotal
from analytics.reports.labels import Words
from analytics.reports.results.period import Period

# What a table can be grouped by. Products and versions of an offer are in the larger table.
GROUPS: Final[Mapping[str, Words]] = {
    "offer": _("By offer"),
    "placement": _("By placement"),
    "channel": _("By channel"),
    "kind": _("By kind"),
    "strategy": _("By strategy"),
    "audience": _("By audience"),
    "product": _("By product"),
    "version": _("By version"),
    "day": _("By day"),
}
OF_ONE_OFFER: Final = frozenset({"product", "version"})
FILTERS: Final = ("kind", "channel", "strategy", "placement", "audience")


@dataclass(frozen=True, slots=True)
class ResultsScope:
    """The rows of a page: `subject` is what the page is about, `filters` what its reader has chosen.

    Both are columns of the totals with their values.
    """

    subject: Mapping[str, Any] = field(default_factory=dict)
    filters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def groups(self) -> list[str]:
        """Return what its tables can be grouped by."""
        is_offer = "offer" in self.subject
        return [
            group
            for group in GROUPS
            if group not in self.subject
            and (is_offer or group not in OF_ONE_OFFER)
            and not (group == "audience" and "audience" in self.filters)
        ]

    @property
    def audience(self) -> int:
        """Return the audience whose rows are read; they add up for one audience only."""
        found = self.subject.get("audience") or self.filters.get("audience")
        return int(found or EVERYBODY)

    def rows(self, period: Period) -> "QuerySet[DailyResult]":
        """Return its rows of these days, which add up."""
        columns = {**self.filters, **self.subject, "audience": self.audience}
        return DailyResult.objects.filter(day__range=_days(period), **columns)

    def grouped_rows(self, period: Period, group: str) -> "QuerySet[Any]":
        """Return the rows that a table is made of; those of all audiences if it is grouped by audience."""
        if group in OF_ONE_OFFER:
            return self.daily_rows(period)
        if group == "audience":
            columns = {**self.filters, **self.subject}
            return DailyResult.objects.filter(day__range=_days(period), audience__gt=EVERYBODY, **columns)
        return self.rows(period)

    def daily_rows(self, period: Period) -> "QuerySet[DailyTotal]":
        """Return its rows by version and product."""
        columns = {**self.filters, **self.subject, "audience": self.audience}
        return DailyTotal.objects.filter(day__range=_days(period), **columns)


def _days(period: Period) -> tuple[date, date]:
    return period.first, period.last
