"""What the statistics are made of and what they say of the shop; a constant number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from analytics.models import RecomputeRun, RunState
from analytics.reports.charts import Chart, Series
from analytics.reports.wording import odd_counts
from analytics.services.sales import CLOCK_SLACK
from checkout.models import Order
from offers.models import CustomerFacts, Generation, ProductFacts, Segment
from offers.services.generation import newest_generation

WEEKS = 12
WEEK = timedelta(days=7)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Coverage:
    """The orders that were learned from, and those that came since."""

    generation: Generation | None
    run: RecomputeRun | None
    first_order_at: datetime | None
    newest_order_at: datetime | None
    weeks: Chart | None
    odd: list[tuple[str, str]]  # what was set aside, in words, and how often

    @property
    def is_behind(self) -> bool:
        """Return whether orders came in that nothing was learned from yet."""
        learned_until = self.generation.data_until if self.generation else None
        return bool(learned_until and self.newest_order_at and self.newest_order_at > learned_until)


@dataclass(frozen=True, slots=True)
class DueReport:
    """Who is due to buy something again in the seven days from `first_day`."""

    first_day: date
    last_day: date
    is_past: bool  # the newest order is long ago: the week is counted from it, not from today
    customers: list[CustomerFacts]
    count: int
    overdue_count: int
    days: Chart | None


@dataclass(frozen=True, slots=True)
class SlowMovers:
    """What hardly sells, the slowest first."""

    products: list[ProductFacts]
    count: int
    known_count: int  # products whose sales are known at all


def read_coverage(at: datetime) -> Coverage:
    """Return what data there is and how far it was learned from."""
    placed = Order.objects.filter(placed_at__lte=at + CLOCK_SLACK).values_list("placed_at", flat=True)
    first, newest = placed.order_by("placed_at").first(), placed.order_by("-placed_at").first()
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
    """Return the orders of the last weeks, the last of which ends with the newest order."""
    count = min(WEEKS, (newest - first) // WEEK + 1)
    ends = [newest - WEEK * place for place in reversed(range(count))]
    weeks = {
        f"week_{place}": Count("pk", filter=Q(placed_at__gt=end - WEEK, placed_at__lte=end))
        for place, end in enumerate(ends)
    }
    recent = Order.objects.filter(placed_at__gt=ends[0] - WEEK, placed_at__lte=newest)
    return Chart(
        kind="bar",
        title=_("Orders by week, the last seven days last"),
        labels=[
            _("until %(day)s") % {"day": date_format(localtime(end), "MONTH_DAY_FORMAT")} for end in ends
        ],
        series=[Series(_("orders"), list(recent.aggregate(**weeks).values()))],
    )


def reference_day(at: datetime, newest_order_at: datetime | None) -> date:
    """Return the day that "due" is counted from: today, where orders come in.

    Where the newest order is older than a week it is that day: a shop that imported its past sees what was
    due then.
    """
    today, newest = localdate(at), localdate(newest_order_at or at)
    return newest if today - newest > WEEK else today


def read_due(at: datetime, newest_order_at: datetime | None) -> DueReport:
    """Return whose repurchase is due in the week from today, or from the newest order where that is past."""
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
        title=_("Customers due to buy something again, by day"),
        labels=[date_format(day, "MONTH_DAY_FORMAT") for day in days],
        series=[Series(_("customers"), counts)],
    )


def read_slow_movers() -> SlowMovers:
    """Return the products that hardly sell."""
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
    """Return how many customers are in each segment, None where no customer is known."""
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
