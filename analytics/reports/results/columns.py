"""The columns of results: what the tables show is what the downloads contain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from analytics.reports.labels import Words
from analytics.reports.results.funnel import Funnel
from analytics.stats.proportion import Rate, rate_of
from catalog.services.amounts import money, percentage

Value = Callable[[Funnel], int | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a funnel; its rate is its share of another one, where that means something."""

    code: str
    title: Words
    hint: Words
    value: Value
    whole: Value | None = None
    is_money: bool = False

    def rate(self, funnel: Funnel) -> Rate | None:
        """Return the rate; None with too few trials, or without a whole."""
        whole = self.whole(funnel) if self.whole else None
        return None if whole is None else rate_of(self.value(funnel) or 0, whole)


COLUMNS: Final = (
    Column(
        "decided",
        _("Decided"),
        _("also where the offer was withheld"),
        lambda of: of.decided,
    ),
    Column("shown", _("Shown"), _("delivered to the storefront"), lambda of: of.shown),
    Column(
        "seen",
        _("Seen"),
        _("views that the storefront reported; the rate is of what was shown"),
        lambda of: of.seen,
        lambda of: of.shown,
    ),
    Column("clicked", _("Clicked"), _("the rate is of views"), lambda of: of.clicked, lambda of: of.seen),
    Column("accepted", _("Accepted"), _("the rate is of views"), lambda of: of.accepted, lambda of: of.seen),
    Column("declined", _("Declined"), _("the rate is of views"), lambda of: of.declined, lambda of: of.seen),
    Column(
        "orders",
        _("Orders"),
        _("attributed, direct: with the proposed product; the rate is of views"),
        lambda of: of.direct.orders,
        lambda of: of.seen,
    ),
    Column("units", _("Units"), _("attributed, direct"), lambda of: of.direct.units),
    Column(
        "sales",
        _("Sales"),
        _("attributed, direct: of the proposed product, before refunds"),
        lambda of: of.direct.sales_minor,
        is_money=True,
    ),
    Column(
        "returned",
        _("Refunded"),
        _("of attributed direct sales"),
        lambda of: of.direct.returned_minor,
        is_money=True,
    ),
    Column(
        "margin",
        _("Margin"),
        _("of attributed direct units that were kept and whose cost is known, without tax"),
        lambda of: of.direct.known_margin_minor,
        is_money=True,
    ),
    Column(
        "assisted_orders",
        _("Assisted orders"),
        _("attributed: other products, bought after a click on the offer"),
        lambda of: of.assisted.orders,
    ),
    Column(
        "assisted_sales",
        _("Assisted sales"),
        _("attributed: other products, bought after a click on the offer"),
        lambda of: of.assisted.sales_minor,
        is_money=True,
    ),
    Column("uses", _("Uses"), _("charged orders with the offer, shown or not"), lambda of: of.uses),
    Column(
        "discount",
        _("Discounts"),
        _("cost of the discount in charged orders"),
        lambda of: of.discount_minor,
        is_money=True,
    ),
)
BY_CODE: Final = {column.code: column for column in COLUMNS}


def value_text(column: Column, funnel: Funnel, currency: str) -> str:
    """Return a figure as text; a dash for an unknown one."""
    value = column.value(funnel)
    if column.is_money:
        return money(value, currency)
    return "–" if value is None else str(number_format(value, 0, force_grouping=True))


def rate_text(rate: Rate | None) -> str:
    """Return "12.3% (10.1–15.0)", the rate with its 95 % interval; "" for none."""
    if rate is None:
        return ""
    value, low, high = (
        str(number_format(f"{100 * one:.1f}", decimal_pos=1)) for one in (rate.value, rate.low, rate.high)
    )
    return f"{percentage(value)} ({low}–{high})"
