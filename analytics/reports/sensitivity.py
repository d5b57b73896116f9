"""What an experiment or the holdout will be able to see, at the shop's own traffic and conversion.

How many shoppers take part in one, two or four weeks is how many different ones there were in the last week,
two weeks or four: who comes back is counted once. The smallest difference is that of the conversion rate
which 80 of 100 such experiments would find at a level of 5 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import JournaledDecision, ShopperKind
from catalog.services.amounts import percent
from checkout.models import Order
from offers.models import WHOLE, Experiment, HoldoutGroups

WEEKS: Final = (1, 2, 4)
_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Participation:
    """Who takes part: the share of all shoppers that two arms have, that of the control, the comparisons."""

    share: float
    control_share: float
    comparison_count: int = 1
    only_customers: bool = False


@dataclass(frozen=True, slots=True)
class Traffic:
    """Different shoppers by the number of last weeks, and the share of those of all weeks who bought."""

    shoppers: dict[int, int]
    conversion: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The smallest differences, one sentence for each number of weeks, or the reason why there is none."""

    rows: tuple[str, ...] = ()
    conversion_text: str = ""
    reason: str = ""


def sensitivity_of_experiment(experiment: Experiment, *, at: datetime) -> Sensitivity:
    """Return what a draft will be able to see of its smallest arm, compared with the control."""
    arms = list(experiment.arms.all())
    controls = [arm.weight_bp for arm in arms if arm.is_control]
    others = [arm.weight_bp for arm in arms if not arm.is_control]
    if len(controls) != 1 or not others:
        return Sensitivity(reason=_("Choose the arms first."))
    both = controls[0] + min(others)
    groups = HoldoutGroups.objects.filter(is_on=True).first()
    taken = 0 if groups is None else groups.holdout_share_bp + groups.usual_share_bp
    slice_bp = WHOLE if experiment.group_share_bp is None else experiment.group_share_bp
    share = (1 - taken / WHOLE) * (slice_bp / WHOLE) * (experiment.coverage_bp / WHOLE) * (both / WHOLE)
    participation = Participation(share, controls[0] / both, len(others), experiment.only_customers)
    return _sensitivity(participation, at)


def sensitivity_of_holdout(groups: HoldoutGroups, *, at: datetime) -> Sensitivity:
    """Return what the holdout will be able to see, compared with all who are shown everything."""
    share = 1 - groups.usual_share_bp / WHOLE
    return _sensitivity(Participation(share, groups.holdout_share_bp / WHOLE / share), at)


def _sensitivity(participation: Participation, at: datetime) -> Sensitivity:
    traffic = read_traffic(at, only_customers=participation.only_customers)
    if not traffic.shoppers[max(WEEKS)]:
        words = _(
            "Nothing is known yet: no decision of the last 28 days is in the database. Decisions are "
            "collected from the journal, for shoppers who are known by a customer ID or a visitor ID."
        )
        return Sensitivity(reason=words)
    if not 0 < traffic.conversion < 1:
        words = _("Nothing is known yet: the orders of the last 28 days do not fit the number of shoppers.")
        return Sensitivity(reason=words)
    conversion = percent(round(traffic.conversion * WHOLE))
    return Sensitivity(tuple(_rows(participation, traffic)), conversion)


def _rows(participation: Participation, traffic: Traffic) -> Iterator[str]:
    # Web processes need no scipy, unless somebody looks at an experiment.
    from analytics.stats.experiments.power import (  # noqa: PLC0415
        ALPHA,
        Demand,
        ExpectedTraffic,
        least_rise_of_rate,
    )

    demand = Demand(alpha=ALPHA / participation.comparison_count)
    for weeks, count in traffic.shoppers.items():
        units = ExpectedTraffic(count * participation.share, 1, participation.control_share)
        rise = least_rise_of_rate(traffic.conversion, units, demand=demand)
        values: dict[str, Any] = {"weeks": weeks, "shoppers": f"{round(sum(units.arms)):,}"}
        if rise is None:
            words = ngettext(
                "After %(weeks)d week, with %(shoppers)s shoppers: nothing can be seen.",
                "After %(weeks)d weeks, with %(shoppers)s shoppers: nothing can be seen.",
                weeks,
            )
        else:
            words = ngettext(
                "After %(weeks)d week, with %(shoppers)s shoppers: %(rise)s more or less.",
                "After %(weeks)d weeks, with %(shoppers)s shoppers: %(rise)s more or less.",
                weeks,
            )
            values["rise"] = percent(round(rise / traffic.conversion * 1000) * 10)
        yield words % values


def read_traffic(at: datetime, *, only_customers: bool = False) -> Traffic:
    """Return the traffic of the last weeks, by two queries.

    Shoppers are those for whom decisions were made. Orders without a customer count as a shopper each, or not
    at all where only customers count.
    """
    today = localdate(at)
    starts = {weeks: today - timedelta(days=_DAYS * weeks - 1) for weeks in WEEKS}
    decisions = JournaledDecision.objects.filter(day__gte=starts[max(WEEKS)], shopper__isnull=False)
    if only_customers:
        decisions = decisions.filter(shopper__kind=ShopperKind.CUSTOMER)
    shoppers = _counts_by_start(decisions.order_by().values("shopper").annotate(last=Max("day")), starts)
    orders = Order.objects.placed().filter(placed_at__gte=at - timedelta(days=_DAYS * max(WEEKS)))
    buyers = orders.aggregate(
        customers=Count("customer", distinct=True), others=Count("pk", filter=Q(customer=None))
    )
    bought = buyers["customers"] + (0 if only_customers else buyers["others"])
    most = shoppers[max(WEEKS)]
    return Traffic(shoppers, bought / most if most else 0.0)


def _counts_by_start(shoppers: Any, starts: dict[int, date]) -> dict[int, int]:
    counts: dict[str, int] = shoppers.aggregate(
        **{f"of_{weeks}": Count("last", filter=Q(last__gte=start)) for weeks, start in starts.items()}
    )
    return {weeks: counts[f"of_{weeks}"] for weeks in starts}
