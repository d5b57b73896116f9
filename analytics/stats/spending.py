"""How often each customer orders, how much they spend, and forecasts of both."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.indexed_sales import IndexedSales
from analytics.stats.order_rate import Visits, active_rate, expected_orders, fit_order_rate
from analytics.stats.order_value import expected_value, fit_order_value
from analytics.stats.quantiles import runs_of

WEEK_DAYS = 7
YEAR_WEEKS = 365 / WEEK_DAYS


@dataclass(frozen=True, slots=True)
class Spending:
    """The past of k customers: (k,) each. Amounts are minor units of the main currency."""

    first_day: Ints  # days since 1970-01-01 UTC
    last_day: Ints
    order_count: Ints
    spent: Ints
    average_order: Floats  # NaN without an order in this currency
    visits: Visits  # in weeks; orders on the same day are one visit
    paid_repeats: Floats  # visits after the first with payments in this currency
    paid_mean: Floats  # average value of those visits, 0 without any


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next year of k customers: (k,) each, NaN if too little is known about all customers."""

    active_rate: Floats  # probability of ordering again, 0 to 1
    orders: Floats
    value: Floats  # minor units


def find_spending(indexed: IndexedSales) -> Spending:
    """Return how often each known customer ordered and how much they spent."""
    count = len(indexed.customer)
    known = np.flatnonzero(indexed.order_customer >= 0)
    order = known[np.lexsort((indexed.order_day[known], indexed.order_customer[known]))]
    owner, day, value = indexed.order_customer[order], indexed.order_day[order], indexed.order_value[order]
    first, orders = runs_of(owner)
    spent = np.bincount(owner, weights=value, minlength=count)
    paid = np.bincount(owner[value > 0], minlength=count)
    starts_visit = (np.diff(owner, prepend=-1) != 0) | (np.diff(day, prepend=-1) != 0)
    visit = np.cumsum(starts_visit) - 1
    visit_owner, visit_value = owner[starts_visit], np.bincount(visit, weights=value)
    is_repeat = (np.diff(visit_owner, prepend=-1) == 0) & (visit_value > 0)
    paid_repeats = np.bincount(visit_owner[is_repeat], minlength=count).astype(np.float64)
    repeat_value = np.bincount(visit_owner[is_repeat], weights=visit_value[is_repeat], minlength=count)
    first_day, last_day = day[first], day[first + orders - 1]
    return Spending(
        first_day=first_day,
        last_day=last_day,
        order_count=orders,
        spent=np.rint(spent).astype(np.int64),
        average_order=np.where(paid > 0, spent / np.maximum(paid, 1), np.nan),
        visits=Visits(
            repeats=np.bincount(visit_owner, minlength=count).astype(np.float64) - 1,
            last=(last_day - first_day) / WEEK_DAYS,
            age=(indexed.today - first_day) / WEEK_DAYS,
        ),
        paid_repeats=paid_repeats,
        paid_mean=repeat_value / np.maximum(paid_repeats, 1),
    )


def forecast_year(spending: Spending) -> Forecast:
    """Fit both models to all customers, and return a forecast of the next year for each."""
    unknown = np.full(len(spending.first_day), np.nan)
    rate = fit_order_rate(spending.visits)
    if rate is None:
        return Forecast(unknown, unknown, unknown)
    orders = expected_orders(rate, spending.visits, horizon=YEAR_WEEKS)
    value = fit_order_value(repeats=spending.paid_repeats, mean=spending.paid_mean)
    worth = unknown
    if value is not None:
        worth = orders * expected_value(value, repeats=spending.paid_repeats, mean=spending.paid_mean)
    return Forecast(active_rate(rate, spending.visits), orders, worth)
