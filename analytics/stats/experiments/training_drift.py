"""How much the orders have changed: the categories, prices and customers of the newest four weeks of orders.

They are compared with the four weeks before: whole weeks, so that weekdays cancel out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.experiments.drift import LOOK, counts_between, quantile_edges, stability_index
from analytics.stats.sales import DAY_US, Sales, positions_of

WINDOW_DAYS: Final = 28
# Smaller categories count as one, so that each bin has enough orders.
MOST_CATEGORIES: Final = 19
# How many earlier orders the customer had: none, one, two to four, or more.
_LOYALTY_EDGES: Final = np.array([1.0, 2.0, 5.0])


def training_drift(sales: Sales) -> Mapping[str, float]:
    """Return the stability index of `categories`, `prices` and `customers`; without those that are unknown.

    Categories and prices are those of order lines, prices in the currency with most orders.
    """
    if not len(sales.order):
        return {}
    age = (sales.placed_us.max() - sales.placed_us) // (WINDOW_DAYS * DAY_US)
    recent = _recent_lines(sales, age)
    counts = {
        "categories": _categories(sales, recent),
        "prices": _prices(sales, recent),
        "customers": _customers(sales, age),
    }
    found = {name: _known_index(*pair) for name, pair in counts.items()}
    return {name: index for name, index in found.items() if index is not None}


def _known_index(before: Ints, now: Ints) -> float | None:
    """Return the index of two windows; None if chance alone could make it worth a look.

    Without any change, its mean is about (bins - 1)(1/n + 1/m) (B. Yurdakul, "Statistical Properties of
    Population Stability Index", 2018): that has to be small.
    """
    if not before.sum() or not now.sum():
        return None
    by_chance = (len(now) - 1) * (1 / before.sum() + 1 / now.sum())
    return stability_index(before, now) if by_chance <= LOOK / 4 else None


@dataclass(frozen=True, slots=True)
class _RecentLines:
    """The order lines of both windows: positions of lines, orders and products, and the age; (n,) each."""

    line: Ints
    order: Ints
    product: Ints
    age: Ints  # 0 now, 1 before


def _recent_lines(sales: Sales, age: Ints) -> _RecentLines:
    """Return the lines of known products in both windows; all others take most of the memory."""
    lines = np.flatnonzero(np.isin(sales.line_order, sales.order[age <= 1]))
    by_order, by_product = np.argsort(sales.order), np.argsort(sales.product)
    products, is_known = positions_of(sales.line_product[lines], among=sales.product[by_product])
    lines, products = lines[is_known], products[is_known]
    orders = by_order[positions_of(sales.line_order[lines], among=sales.order[by_order])[0]]
    return _RecentLines(lines, orders, by_product[products], age[orders])


def _categories(sales: Sales, recent: _RecentLines) -> tuple[Ints, Ints]:
    """Return the lines of each window by category, the largest ones before and the rest together."""
    categories = sales.product_category[recent.product]
    before, now = categories[recent.age == 1], categories[recent.age == 0]
    keys, counts = np.unique(before, return_counts=True)
    largest = np.sort(keys[np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]])

    def counted(found: Ints) -> Ints:
        positions, is_large = positions_of(found, among=largest)
        bins = np.where(is_large, positions, len(largest))
        return np.bincount(bins, minlength=len(largest) + 1).astype(np.int64)

    return counted(before), counted(now)


def _prices(sales: Sales, recent: _RecentLines) -> tuple[Ints, Ints]:
    """Return the lines of each window by the deciles of the prices before."""
    if sales.details is None:
        return np.zeros(1, np.int64), np.zeros(1, np.int64)
    currencies = sales.details.order_currency
    keys, counts = np.unique(currencies, return_counts=True)
    is_main = (currencies == keys[counts.argmax()])[recent.order]
    prices: Floats = sales.details.line_price[recent.line].astype(np.float64)
    before, now = prices[(recent.age == 1) & is_main], prices[(recent.age == 0) & is_main]
    edges = quantile_edges(before)
    return counts_between(before, edges), counts_between(now, edges)


def _customers(sales: Sales, age: Ints) -> tuple[Ints, Ints]:
    """Return the orders of each window: of guests, and by how many orders the customer had placed before."""
    ordered = np.lexsort((sales.order, sales.placed_us, sales.customer))
    customers = sales.customer[ordered]
    starts = np.flatnonzero(np.r_[True, customers[1:] != customers[:-1]])
    earlier = np.empty(len(ordered), np.int64)
    earlier[ordered] = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))

    def counted(is_in: Flags) -> Ints:
        is_known = is_in & (sales.customer > 0)
        loyal = counts_between(earlier[is_known].astype(np.float64), _LOYALTY_EDGES)
        guest_count = np.count_nonzero(is_in) - np.count_nonzero(is_known)
        return np.concatenate([[guest_count], loyal])

    return counted(age == 1), counted(age == 0)
