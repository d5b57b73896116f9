"""When a customer needs a product again.

An interval is the days from one purchase of a product to the same customer's next one; purchases of one day
are one. Medians, so that a holiday or a slip of the pen moves nothing. A customer's own median counts from
three purchases on, else that of all customers of the product, else that of its category, else the days that
the merchandiser gave.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.blocks import Positions, ranges_of
from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Ints
from engine.learned.facts import INTERVAL_SOURCES

_CUSTOMER, _PRODUCT, _CATEGORY, _MERCHANDISER = map(
    INTERVAL_SOURCES.index, ("customer", "product", "category", "merchandiser")
)

OWN_INTERVALS = 2  # three purchases
MIN_INTERVALS = 5  # of a product or a category: fewer are a few customers' whims
# What all customers do with a product weighs as much as so many purchases of one's own.
PRIOR_PURCHASES = 2.0
# A product due this many days from now is listed already: the statistics may be that old when it is.
DAYS_AHEAD = 35
DUE_LIMIT = 32


@dataclass(frozen=True, slots=True)
class PurchaseDays:
    """Who bought what on which day: (n,) each, by customer, product and day, no two alike."""

    customer: Ints  # positions
    product: Ints  # positions
    day: Ints  # days since 1970-01-01 UTC


@dataclass(frozen=True, slots=True)
class Intervals:
    """After how many days each product is bought again: (n_products,) each."""

    days: Ints  # 0 where nobody knows
    source: Ints  # position in INTERVAL_SOURCES
    count: Ints  # intervals that `days` is the median of
    return_rate: Floats  # share of the purchases that are followed by another one, 0 to 1


@dataclass(frozen=True, slots=True)
class Due:
    """What customers will need again, those of customer i in rows starts[i]:starts[i + 1], surest first."""

    starts: Ints  # (n_customers + 1,)
    product: Ints  # (n,) positions
    due_day: Ints  # (n,) days since 1970-01-01 UTC
    interval_days: Ints  # (n,)
    source: Ints  # (n,) position in INTERVAL_SOURCES
    purchase_count: Ints  # (n,) days on which the customer bought it
    chance: Floats  # (n,) that the customer buys it again at all, 0 to 1


def to_purchase_days(*, customer: Ints, product: Ints, day: Ints) -> PurchaseDays:
    """Index purchases, (n,) each in any order; days from 1970 on. PurchaseDays of one day become one."""
    if not len(customer):
        return PurchaseDays(customer, product, day)
    first_day, width = int(day.min()), int(product.max()) + 1
    days = int(day.max()) - first_day + 1
    keys = np.sort((customer * width + product) * days + (day - first_day))
    pair, offset = np.divmod(keys[np.diff(keys, prepend=-1) > 0], days)
    return PurchaseDays(*np.divmod(pair, width), offset + first_day)


def find_intervals(
    *, purchases: Iterable[PurchaseDays], product_category: Ints, merchandiser_days: Ints
) -> Intervals:
    """Return each product's interval, from the purchases of all customers, no customer in two parts.

    product_category: (n_products,) ids, 0 where there is none; merchandiser_days: (n_products,), 0 likewise.
    """
    product_count = len(product_category)
    gap, owner, bought = _all_gaps(purchases, product_count)
    days, count = _medians(group=owner, gap=gap, group_count=product_count)
    categories, place = np.unique(product_category, return_inverse=True)
    of_category, in_category = _medians(
        group=place.astype(np.int32)[owner], gap=gap, group_count=len(categories)
    )
    in_category[categories == 0] = 0
    is_own, is_shared = count >= MIN_INTERVALS, in_category[place] >= MIN_INTERVALS
    known = [is_own, is_shared, merchandiser_days > 0]
    return Intervals(
        days=np.select(known, [days, of_category[place], merchandiser_days], 0),
        source=np.select(known, [_PRODUCT, _CATEGORY, _MERCHANDISER], 0),
        count=np.select(known, [count, in_category[place], 0], 0),
        return_rate=count / np.maximum(bought, 1),
    )


def find_due(*, purchases: PurchaseDays, intervals: Intervals, today: int, customer_count: int) -> Due:
    """Return what each customer needs again by `today` and `DAYS_AHEAD` days, at most `DUE_LIMIT` products.

    Whoever let a whole further interval pass buys it elsewhere, or no more: such products are left out.
    """
    first, bought = runs_of(purchases.customer * max(len(intervals.days), 1) + purchases.product)
    customer, product = purchases.customer[first], purchases.product[first]
    last_day = purchases.day[first + bought - 1]
    days, source = intervals.days[product], intervals.source[product]
    own = np.flatnonzero(bought > OWN_INTERVALS)
    days[own], source[own] = _own_medians(purchases, first[own], bought[own]), _CUSTOMER
    due_day = last_day + days
    returned = bought - 1 + PRIOR_PURCHASES * intervals.return_rate[product]
    chance = returned / (bought - 1 + PRIOR_PURCHASES)
    kept = np.flatnonzero((days > 0) & (due_day <= today + DAYS_AHEAD) & (due_day + days >= today))
    best = kept[
        best_of_groups(
            group=customer[kept],
            score=chance[kept],
            tie=product[kept],
            group_count=customer_count,
            limit=DUE_LIMIT,
        )
    ]
    return Due(
        starts=starts_of(customer[best], group_count=customer_count),
        product=product[best],
        due_day=due_day[best],
        interval_days=days[best],
        source=source[best],
        purchase_count=bought[best],
        chance=chance[best],
    )


def _all_gaps(purchases: Iterable[PurchaseDays], product_count: int) -> tuple[Positions, Positions, Ints]:
    """Return the intervals in days, the product of each, and how often each product was bought."""
    bought = np.zeros(product_count, np.int64)
    gaps, owners = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for part in purchases:
        bought += np.bincount(part.product, minlength=product_count)
        again = (np.diff(part.customer) == 0) & (np.diff(part.product) == 0)
        gaps.append(np.diff(part.day)[again].astype(np.int32))
        owners.append(part.product[1:][again].astype(np.int32))
    return np.concatenate(gaps), np.concatenate(owners), bought


def _medians(*, group: Positions, gap: Positions, group_count: int) -> tuple[Ints, Ints]:
    """Return each group's median interval in whole days, 0 where there is none, and how many there are."""
    medians, counts = np.zeros(group_count, np.int64), np.bincount(group, minlength=group_count)
    for lowest, end in ranges_of(counts):
        rows = np.flatnonzero((group >= lowest) & (group < end))
        groups, gaps = sort_within_groups(
            group=group[rows].astype(np.int64), value=gap[rows].astype(np.int64)
        )
        first, count = runs_of(groups)
        median = group_quantiles(first=first, count=count, value=gaps, q=0.5)
        medians[groups[first]] = np.rint(median)
    return medians, counts


def _own_medians(purchases: PurchaseDays, first: Ints, bought: Ints) -> Ints:
    """Return the median interval of runs of purchases, of at least two each: (k,)."""
    count = bought - 1
    start = np.cumsum(count) - count
    group = np.repeat(np.arange(len(first)), count)
    place = np.arange(len(group)) - start[group] + first[group]
    _, gaps = sort_within_groups(group=group, value=purchases.day[place + 1] - purchases.day[place])
    medians = np.rint(group_quantiles(first=start, count=count, value=gaps, q=0.5))
    return medians.astype(np.int64)
