"""The data behind the statistics, and what it says about the shop, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from analytics.models import RecomputeRun, RunState
from analytics.reports.charts import Chart, Series
from analytics.reports.labels import odd_counts
from analytics.services.sales import CLOCK_SLACK
from checkout.models import Order
from offers.models import CustomerFacts, Generation, ProductFacts, Segment
from offers.services.generation import newest_generation

WEEKS = 12
WEEK = timedelta(days=7)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Coverage:
    """The orders that the statistics are based on, and those that arrived later."""

    generation: Generation | None
    run: RecomputeRun | None
    first_order_at: datetime | None
    newest_order_at: datetime | None
    weeks: Chart | None
    odd: list[tuple[str, str]]  # label and count of excluded or unusual data

    @property
    def is_behind(self) -> bool:
        """Return whether orders have arrived since the last recompute."""
        learned_until = self.generation.data_until if self.generation else None
        return bool(learned_until and self.newest_order_at and self.newest_order_at > learned_until)


@dataclass(frozen=True, slots=True)
class DueReport:
    """The customers due for a repurchase in the seven days from `first_day`."""

    first_day: date
    last_day: date
    is_past: bool  # the newest order is old, so the week starts there instead of today
    customers: list[CustomerFacts]
    count: int
    overdue_count: int
    days: Chart | None


@dataclass(frozen=True, slots=True)
class SlowMovers:
    """Slow-moving products, the slowest first."""

    products: list[ProductFacts]
    count: int
    known_count: int  # products with sales statistics


def read_coverage(at: datetime) -> Coverage:
    """Return which orders exist and up to which one the statistics include them."""
    placed = Order.objects.placed().filter(placed_at__lte=at + CLOCK_SLACK)
    placed_at = placed.values_list("placed_at", flat=True)
    first, newest = placed_at.order_by("placed_at").first(), placed_at.order_by("-placed_at").first()
    run = RecomputeRun.objects.filter(state=RunState.SUCCEEDED).order_by("-finished_at", "-pk").first()
    return Coverage(
        generation=newest_generation().first(),
        run=run,
        first_order_at=first,
        newest_order_at=newest,
        weeks=_orders_by_week(first, newest) if first and newest else None,
        odd=odd_counts(run.counts if run else {}),
    )


def _orders_by_week(first: datetime, newest: datetime) -> Chart:
    """Return the orders of the last weeks; the last week ends with the newest order."""
    count = min(WEEKS, (newest - first) // WEEK + 1)
    ends = [newest - WEEK * place for place in reversed(range(count))]
    weeks = {
        f"week_{place}": Count("pk", filter=Q(placed_at__gt=end - WEEK, placed_at__lte=end))
        for place, end in enumerate(ends)
    }
    recent = Order.objects.placed().filter(placed_at__gt=ends[0] - WEEK, placed_at__lte=newest)
    return Chart(
        kind="bar",
        title=_("Orders by week"),
        labels=[_("to %(day)s") % {"day": date_format(localtime(end), "MONTH_DAY_FORMAT")} for end in ends],
        series=[Series(_("orders"), list(recent.aggregate(**weeks).values()))],
    )


def reference_day(at: datetime, newest_order_at: datetime | None) -> date:
    """Return the day from which due dates are counted: today if there are recent orders.

    If the newest order is more than a week old, it is that day, so that a shop with imported orders only
    sees what was due then.
    """
    today, newest = localdate(at), localdate(newest_order_at or at)
    return newest if today - newest > WEEK else today


def read_due(at: datetime, newest_order_at: datetime | None) -> DueReport:
    """Return the customers due for a repurchase in the week from `reference_day`."""
    first_day = reference_day(at, newest_order_at)
    days = [first_day + timedelta(days=place) for place in range(WEEK.days)]
    known = CustomerFacts.objects.filter(next_due_date__lt=first_day + WEEK)
    due = known.filter(next_due_date__gte=first_day)
    by_day = {f"day_{place}": Count("pk", filter=Q(next_due_date=day)) for place, day in enumerate(days)}
    overdue_count, *counts = known.aggregate(
        overdue=Count("pk", filter=Q(next_due_date__lt=first_day)), **by_day
    ).values()
    by_worth = F("lifetime_value_minor").desc(nulls_last=True)
    customers = due.select_related("customer").order_by("next_due_date", by_worth, "pk")[:SHOWN]
    return DueReport(
        first_day=first_day,
        last_day=days[-1],
        is_past=first_day < localdate(at),
        customers=list(customers),
        count=sum(counts),
        overdue_count=overdue_count,
        days=_due_by_day(days, counts) if any(counts) else None,
    )


def _due_by_day(days: list[date], counts: list[int]) -> Chart:
    return Chart(
        kind="bar",
        title=_("Customers due for a repurchase, by day"),
        labels=[date_format(day, "MONTH_DAY_FORMAT") for day in days],
        series=[Series(_("customers"), counts)],
    )


def read_slow_movers() -> SlowMovers:
    """Return the slow-moving products."""
    slow = ProductFacts.objects.filter(is_slow_mover=True)
    return SlowMovers(
        products=list(
            slow.select_related("product").order_by(
                "-slowness", F("last_sold_date").asc(nulls_first=True), "pk"
            )[:SHOWN]
        ),
        count=slow.count(),
        known_count=ProductFacts.objects.count(),
    )


def read_segments() -> Chart | None:
    """Return the number of customers in each segment, None without customers."""
    rows = CustomerFacts.objects.order_by().values_list("segment").annotate(count=Count("pk"))
    counts = dict(rows)
    if not counts:
        return None
    return Chart(
        kind="bar",
        title=_("Customers by segment"),
        labels=[str(label) for label in Segment.labels],
        series=[Series(_("customers"), [counts.get(segment, 0) for segment in Segment.values])],
    )
