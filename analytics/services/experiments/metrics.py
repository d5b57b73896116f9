"""What experiments are judged by, as columns of the sums of units."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from analytics.services.experiments.outcomes_sql import COLUMNS, LIFETIMES
from analytics.stats.experiments.metric import Metric


class MetricCode(StrEnum):
    """What is compared. Each is a mean of units, customers or visitors, or a ratio of two means."""

    CONVERSION = "conversion"  # the share of units that ordered, 0-1
    ORDER_VALUE = "order_value"  # sales per order, in minor units
    SALES = "sales"  # per unit, in minor units, minus refunds
    UNITS = "units"  # products kept, per unit
    MARGIN = "margin"  # per unit, in minor units, of the products whose cost is known
    LTV_30 = "ltv_30"  # sales of the first 30 days per unit, in minor units
    LTV_60 = "ltv_60"
    LTV_90 = "ltv_90"
    DISCOUNT = "discount"  # per unit, in minor units
    ANNOYANCE = "annoyance"  # how often an offer was declined, dismissed or complained about, per unit
    RETURNS = "returns"  # the share of products that were returned, 0-1


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """How a metric is computed. `lifetime` are the days that a unit must be old, 0 for all units.

    needs: a column that must not be 0 in both arms, or nothing is known.
    """

    code: MetricCode
    metric: Metric
    is_rate: bool = False
    is_adjusted: bool = False  # by what units spent before
    is_higher_better: bool = True
    is_guardrail: bool = False
    lifetime: int = 0
    needs: str = "orders"


def _column(name: str) -> int:
    return COLUMNS.index(name)


def _mean(name: str) -> Metric:
    return Metric(_column(name))


def _ratio(name: str, below: str) -> Metric:
    return Metric(_column(name), _column(below))


SPECS: Final = (
    MetricSpec(MetricCode.CONVERSION, _mean("buyers"), is_rate=True),
    MetricSpec(MetricCode.ORDER_VALUE, _ratio("sales", "orders")),
    MetricSpec(MetricCode.SALES, _mean("sales"), is_adjusted=True),
    MetricSpec(MetricCode.UNITS, _mean("units")),
    MetricSpec(MetricCode.MARGIN, _mean("margin"), is_adjusted=True, needs="costed"),
    *(
        MetricSpec(MetricCode(f"ltv_{days}"), Metric(0), is_adjusted=True, lifetime=days)
        for days in LIFETIMES
    ),
    MetricSpec(MetricCode.DISCOUNT, _mean("discount"), is_higher_better=False),
    MetricSpec(
        MetricCode.ANNOYANCE, _mean("answers"), is_higher_better=False, is_guardrail=True, needs="answers"
    ),
    MetricSpec(MetricCode.RETURNS, _ratio("returned", "sold"), is_higher_better=False, is_guardrail=True),
)
# The columns of the sums of a lifetime: what was spent, and what was spent before.
SPENT_BEFORE: Final = Metric(_column("before"))
SPENT_BEFORE_LIFETIME: Final = Metric(1)
