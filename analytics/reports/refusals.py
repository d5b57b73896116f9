"""How often shoppers click and how often they refuse, and from how many people how much is held back."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analytics.models import HeldBackCount, HeldBackScope
from analytics.stats.proportion import Rate, rate_of
from catalog.models import Category, Product
from offers.kinds.config import kind_choices
from offers.models import (
    Channel,
    ConsentPurpose,
    ConsentStatement,
    Event,
    EventType,
    Offer,
    Placement,
)

# What the report can be grouped by: the column of the events.
GROUPS: Final[Mapping[str, str]] = {"offer": "offer_code", "placement": "placement", "channel": "channel"}
# Beside these, consents that were withdrawn count where they name a channel.
REFUSALS: Final = (EventType.DISMISS, EventType.DECLINE, EventType.NEVER, EventType.COMPLAINT)


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """The counts of an offer, placement or channel in a period; rates need enough views."""

    code: str
    title: str
    shown: int
    clicked: int
    dismissed: int
    declined: int
    opted_out: int
    complained: int

    @property
    def refused(self) -> int:
        """Return the number of refusals of all sorts."""
        return self.dismissed + self.declined + self.opted_out + self.complained

    @property
    def click_rate(self) -> str:
        """Return clicks per 1,000 views with their interval; "" without enough views."""
        return rate_text(rate_of(self.clicked, self.shown))

    @property
    def annoyance_rate(self) -> str:
        """Return refusals per 1,000 views with their interval; "" without enough views."""
        return rate_text(rate_of(self.refused, self.shown))


@dataclass(frozen=True, slots=True)
class HeldBackRow:
    """How many people something is held back from at the moment, and why."""

    what: str
    scope: str | Promise
    reason: str
    person_count: int


@dataclass(frozen=True, slots=True)
class HeldBackReport:
    """The last count: `people` have a ledger; `counted_at` is None before the first count."""

    rows: tuple[HeldBackRow, ...]
    people: int
    counted_at: datetime | None


def rate_text(rate: Rate | None) -> str:
    """Return "12.3 (10.1–15.0)" per 1,000; "" for none."""
    if rate is None:
        return ""
    value, low, high = (
        number_format(f"{1000 * one:.1f}", decimal_pos=1) for one in (rate.value, rate.low, rate.high)
    )
    return f"{value} ({low}–{high})"


def read_refusals(since: datetime, group: str) -> tuple[RefusalRow, ...]:
    """Return the rows of a group of GROUPS, the most refused first, in two or three queries."""
    column = GROUPS[group]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    rows = Event.objects.counted().filter(occurred_at__gte=since).order_by()
    for code, kind, count in rows.values_list(column, "type").annotate(count=Count("pk")):
        counts[code][kind] = count
    if group == "channel":
        for code, count in _opt_outs(since):
            counts[code][EventType.NEVER] += count
    titles = _titles(group)
    found = [_row(code, titles.get(code, code) or _("unknown"), counts[code]) for code in counts]
    return tuple(sorted(found, key=_most_refused_first))


def read_held_back(reasons: Mapping[str, str | Promise]) -> HeldBackReport:
    """Return the last count of the worker, the most people first; `reasons` put codes into words."""
    rows = list(HeldBackCount.objects.order_by("-person_count", "scope", "name", "reason"))
    people = next((row for row in rows if row.scope == HeldBackScope.NOBODY), None)
    titles = _held_titles(rows)
    return HeldBackReport(
        rows=tuple(
            HeldBackRow(
                what=str(titles.get(row.scope, {}).get(row.name, row.name) or _("all offers")),
                scope=HeldBackScope(row.scope).label,
                reason=str(reasons.get(row.reason, row.reason)),
                person_count=row.person_count,
            )
            for row in rows
            if row.scope != HeldBackScope.NOBODY
        ),
        people=people.person_count if people else 0,
        counted_at=people.counted_at if people else None,
    )


def _held_titles(rows: Sequence[HeldBackCount]) -> Mapping[str, Mapping[str, str | Promise]]:
    """Return what is held back by scope and name, in three queries at most; what was deleted is left out."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        names[row.scope].add(row.name)
    offers, products = names[HeldBackScope.OFFER], names[HeldBackScope.PRODUCT]
    categories = Category.objects.filter(pk__in=map(int, names[HeldBackScope.CATEGORY]))
    return {
        HeldBackScope.OFFER: dict(Offer.objects.filter(code__in=offers).values_list("code", "name")),
        HeldBackScope.KIND: dict(kind_choices()),
        HeldBackScope.CATEGORY: {str(key): path for key, path in categories.values_list("pk", "path")},
        HeldBackScope.PRODUCT: dict(Product.objects.filter(sku__in=products).values_list("sku", "name")),
    }


def _opt_outs(since: datetime) -> list[tuple[str, int]]:
    """Return how often offers were refused on each channel by a statement."""
    rows = ConsentStatement.objects.filter(
        purpose=ConsentPurpose.MARKETING, is_granted=False, stated_at__gte=since, channel__in=Channel.values
    )
    return list(rows.order_by().values_list("channel").annotate(count=Count("pk")))


def _row(code: str, title: str, counts: Mapping[str, int]) -> RefusalRow:
    return RefusalRow(
        code=code,
        title=title,
        shown=counts.get(EventType.IMPRESSION, 0),
        clicked=counts.get(EventType.CLICK, 0),
        dismissed=counts.get(EventType.DISMISS, 0),
        declined=counts.get(EventType.DECLINE, 0),
        opted_out=counts.get(EventType.NEVER, 0),
        complained=counts.get(EventType.COMPLAINT, 0),
    )


def _most_refused_first(row: RefusalRow) -> tuple[float, int, str]:
    """Order by the lower end of the interval, so that a few refusals of few views do not lead."""
    rate = rate_of(row.refused, row.shown)
    return (0.0 if rate is None else -rate.low, -row.shown, row.code)


def _titles(group: str) -> Mapping[str, str]:
    if group == "offer":
        return dict(Offer.objects.values_list("code", "name"))
    if group == "placement":
        return dict(Placement.objects.values_list("code", "name"))
    return {channel.value: str(channel.label) for channel in Channel}
