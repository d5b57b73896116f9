"""Results of a period: the funnel beside two earlier periods, by day, and row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Min
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from analytics.models import DailyResult
from analytics.reports.charts import Chart, Series
from analytics.reports.labels import Words
from analytics.reports.results.columns import BY_CODE, Column, rate_text, value_text
from analytics.reports.results.funnel import Funnel, read_funnels, total_of
from analytics.reports.results.period import Period
from analytics.reports.results.scope import ResultsScope
from analytics.reports.results.titles import titles_of
from analytics.stats.proportion import LEAST_TRIALS
from catalog.services.amounts import percentage
from engine.money import exponent_of, to_major
from offers.models import Offer
from offers.services.schedule import schedule_state

# What a page leads with.
_LEADING: Final = ("seen", "clicked", "accepted", "orders", "sales", "assisted_sales", "margin", "discount")
# Amounts are compared if there are as many orders in both periods.
LEAST_ORDERS: Final = 30
_BY_ORDERS: Final = frozenset({"orders", "units", "sales", "returned", "margin"})
_BY_ASSISTED: Final = frozenset({"assisted_orders", "assisted_sales"})


@dataclass(frozen=True, slots=True)
class ResultsRow:
    """A row of the table: what it is grouped by, its name, a hint such as its state, and its funnel."""

    key: Any
    title: Words
    hint: str
    funnel: Funnel

    def sort_value(self, code: str) -> tuple[float, str]:
        """Return what the table is sorted by: a column, or the name."""
        if code == "title":
            return 0, str(self.key if isinstance(self.key, date) else self.title).casefold()
        value = BY_CODE[code].value(self.funnel)
        return (float("-inf") if value is None else value), str(self.key)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A figure of an earlier period, and how much it has changed since; both empty if unknown."""

    name: str
    value: str
    change: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the period with its rate, beside earlier periods."""

    column: Column
    value: str
    rate: str
    is_rate_missing: bool
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class ResultsReport:
    """Everything that a page of results shows in one currency, except its table."""

    total: Funnel
    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...]
    currencies: tuple[str, ...]


def read_report(scope: ResultsScope, period: Period, currency: str) -> ResultsReport:
    """Return the figures of the period, in four queries."""
    by_day = read_funnels(scope.rows(period), "day", currency)
    total = total_of(by_day.funnels.values())
    first = DailyResult.objects.aggregate(first=Min("day"))["first"]
    earlier = [
        (name, _total_of(scope, past, currency) if first and first <= past.last else None)
        for name, past in ((_("period before"), period.before), (_("a year ago"), period.year_before))
    ]
    return ResultsReport(
        total=total,
        tiles=tuple(_tile(BY_CODE[code], total, earlier, currency) for code in _LEADING),
        charts=_charts(by_day.funnels, period, currency) if not total.is_empty else (),
        currencies=by_day.currencies,
    )


def read_rows(
    scope: ResultsScope, period: Period, group: str, currency: str, at: datetime
) -> list[ResultsRow]:
    """Return the rows of the table in the order of their keys; live offers without results too."""
    found = read_funnels(scope.grouped_rows(period, group), group, currency).funnels
    hints: dict[Any, str] = {}
    if group == "offer":
        offers = Offer.objects.order_by("pk")
        states = {offer.code: schedule_state(offer, at) for offer in offers}
        hints = {code: _("deleted") for code in found} | {code: name for code, (_c, name) in states.items()}
        if not scope.filters and not scope.subject:
            live = (code for code, (state, _name) in states.items() if state == "live")
            found = {code: Funnel() for code in live} | found
    titles = titles_of(group, found.keys())
    return [
        ResultsRow(key, titles.get(key) or str(key) or _("unknown"), hints.get(key, ""), found[key])
        for key in sorted(found)
    ]


def sort_rows(rows: Sequence[ResultsRow], code: str, *, is_descending: bool) -> list[ResultsRow]:
    """Return the rows by a column; those with the same figure stay in the order of their keys."""
    return sorted(rows, key=lambda row: row.sort_value(code), reverse=is_descending)


def _total_of(scope: ResultsScope, period: Period, currency: str) -> Funnel:
    # By a column with few values: these are added up here.
    return total_of(read_funnels(scope.rows(period), "kind", currency).funnels.values())


def _tile(column: Column, total: Funnel, earlier: Sequence[tuple[str, Funnel | None]], currency: str) -> Tile:
    rate = column.rate(total)
    return Tile(
        column=column,
        value=value_text(column, total, currency),
        rate=rate_text(rate),
        is_rate_missing=column.whole is not None and rate is None,
        earlier=tuple(
            Earlier(
                name,
                _("no data") if past is None else value_text(column, past, currency),
                "" if past is None else change_text(column, total, past),
            )
            for name, past in earlier
        ),
    )


def change_text(column: Column, now: Funnel, past: Funnel) -> str:
    """Return "+12.3%"; "" where there is too little of either period to compare."""
    new, old = column.value(now), column.value(past)
    if new is None or not old or old < 0 or not all(_is_enough(column, one) for one in (now, past)):
        return ""
    change = 100 * (new - old) / old
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return percentage(f"{sign}{number_format(f'{abs(change):.1f}', decimal_pos=1)}")


def _is_enough(column: Column, funnel: Funnel) -> bool:
    if column.code in _BY_ORDERS:
        return funnel.direct.orders >= LEAST_ORDERS
    if column.code in _BY_ASSISTED:
        return funnel.assisted.orders >= LEAST_ORDERS
    if column.code == "discount":
        return funnel.uses >= LEAST_ORDERS
    return funnel.seen >= LEAST_TRIALS


def _charts(by_day: dict[Any, Funnel], period: Period, currency: str) -> tuple[Chart, ...]:
    funnels = [by_day.get(day, Funnel()) for day in period.days]
    labels = [date_format(day, "MONTH_DAY_FORMAT") for day in period.days]
    money = [
        (_("direct"), [one.direct.sales_minor for one in funnels], "ours"),
        (_("assisted"), [one.assisted.sales_minor for one in funnels], "theirs"),
    ]
    steps = [
        (_("clicked"), [one.clicked for one in funnels], "ours"),
        (_("accepted"), [one.accepted for one in funnels], "theirs"),
    ]
    return (
        Chart(
            kind="bar",
            title=_("Attributed sales by day (%(currency)s)") % {"currency": currency},
            labels=labels,
            series=[
                Series(name, [float(to_major(value, currency)) for value in values], role)
                for name, values, role in money
            ],
            decimals=exponent_of(currency),
        ),
        Chart(
            kind="line",
            title=_("Clicks and accepted offers by day"),
            labels=labels,
            series=[Series(name, values, role) for name, values, role in steps],
        ),
    )
