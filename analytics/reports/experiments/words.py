"""The names of metrics, and their values as the reader's language writes them."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.services.experiments.metrics import MetricCode
from catalog.services.amounts import money, percentage


class MetricUnit(Enum):
    """What a metric is counted in."""

    SHARE = "share"  # 0-1; differences in percentage points
    MONEY = "money"  # in minor units
    NUMBER = "number"


METRIC_NAMES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        MetricCode.CONVERSION: gettext_lazy("conversion rate"),
        MetricCode.ORDER_VALUE: gettext_lazy("order value"),
        MetricCode.SALES: gettext_lazy("sales per shopper"),
        MetricCode.UNITS: gettext_lazy("units per shopper"),
        MetricCode.MARGIN: gettext_lazy("margin per shopper"),
        MetricCode.LTV_30: gettext_lazy("LTV after 30 days"),
        MetricCode.LTV_60: gettext_lazy("LTV after 60 days"),
        MetricCode.LTV_90: gettext_lazy("LTV after 90 days"),
        MetricCode.DISCOUNT: gettext_lazy("discounts per shopper"),
        MetricCode.ANNOYANCE: gettext_lazy("dismissals, declines and complaints"),
        MetricCode.RETURNS: gettext_lazy("returns"),
    }
)
_UNITS: Final = {
    MetricCode.CONVERSION: MetricUnit.SHARE,
    MetricCode.RETURNS: MetricUnit.SHARE,
    MetricCode.UNITS: MetricUnit.NUMBER,
    MetricCode.ANNOYANCE: MetricUnit.NUMBER,
}
GROUP_NAMES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "holdout": gettext_lazy("Holdout"),
        "usual": gettext_lazy("Business as usual"),
        "everything": gettext_lazy("All offers"),
    }
)


def unit_of_metric(code: str) -> MetricUnit:
    """Return what a metric is counted in."""
    return _UNITS.get(MetricCode(code), MetricUnit.MONEY)


def mean_text(code: str, value: float | None, currency: str) -> str:
    """Return the mean of an arm: "12.3%", "$4.56" or "1.23"; a dash if it is not known."""
    if value is None:
        return "–"
    match unit_of_metric(code):
        case MetricUnit.SHARE:
            return percentage(f"{100 * value:.2f}")
        case MetricUnit.MONEY:
            return money(round(value), currency)
        case MetricUnit.NUMBER:
            return str(number_format(value, 3))


def difference_text(code: str, value: float, currency: str) -> str:
    """Return a difference without its sign: "1.23 points", "$4.56" or "0.123"."""
    if unit_of_metric(code) is MetricUnit.SHARE:
        return _("%(points)s points") % {"points": number_format(100 * abs(value), 2)}
    return mean_text(code, abs(value), currency)


def signed_text(code: str, value: float, currency: str) -> str:
    """Return a difference with its sign: "+1.23 points" or "−$4.56"."""
    return ("−" if value < 0 else "+") + difference_text(code, value, currency)


def share_text(value: float, decimals: int = 1) -> str:
    """Return a share, 0-1, as "12.3%"."""
    return percentage(f"{100 * value:.{decimals}f}")
