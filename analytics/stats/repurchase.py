"""When a customer will need a product again.

An interval is the number of days from one purchase of a product to the same customer's next one; purchases on
the same day are one. Medians are used, so that holidays and mistakes have no effect. The median is the
customer's own from three purchases on; otherwise that of all customers, then that of the category, then the
days entered by the merchandiser.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.blocks import Positions, ranges_of
from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups
from analytics.stats.ranking import best_of_groups, starts_of
from engine.learned.facts import INTERVAL_SOURCES

_CUSTOMER, _PRODUCT, _CATEGORY, _MERCHANDISER = map(
    INTERVAL_SOURCES.index, ("customer", "product", "category", "merchandiser")
)

OWN_INTERVALS = 2  # three purchases
MIN_INTERVALS = 5  # of a product or a category; fewer are not representative
# The return rate of all customers has the weight of this many purchases by the customer.
PRIOR_PURCHASES = 2.0
# Products due within this many days are already listed, because the statistics may be that old by then.
DAYS_AHEAD = 35
DUE_LIMIT = 32


@dataclass(frozen=True, slots=True)
class PurchaseDays:
    """Days on which customers bought products: (n,) each, by customer, product, day, without duplicates."""

    customer: Ints  # positions
    product: Ints  # positions
    day: Ints  # days since 1970-01-01 UTC


@dataclass(frozen=True, slots=True)
class Intervals:
    """The interval after which each product is bought again: (n_products,) each."""

    days: Ints  # 0 if unknown
    source: Ints  # position in INTERVAL_SOURCES
    count: Ints  # number of intervals behind the median `days`
    return_rate: Floats  # share of the purchases that are followed by another one, 0 to 1


@dataclass(frozen=True, slots=True)
class Due:
    """Products due, those of customer i in rows starts[i]:starts[i + 1], most likely first."""

    starts: Ints  # (n_customers + 1,)
    product: Ints  # (n,) positions
    due_day: Ints  # (n,) days since 1970-01-01 UTC
    interval_days: Ints  # (n,)
    source: Ints  # (n,) position in INTERVAL_SOURCES
    purchase_count: Ints  # (n,) days on which the customer bought it
    chance: Floats  # (n,) that the customer buys it again at all, 0 to 1


def to_purchase_days(*, customer: Ints, product: Ints, day: Ints) -> PurchaseDays:
    """Return sorted purchase days from purchases, (n,) each in any order, without duplicates; day ≥ 0."""
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
    """Return the interval of each product, from all customers' purchases; each customer is in only one part.

    product_category: (n_products,) ids, 0 for none; merchandiser_days: (n_products,), 0 for none.
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
    """Return at most `DUE_LIMIT` products per customer that are due up to `DAYS_AHEAD` days after `today`.

    A product is left out after another whole interval: the customer buys it elsewhere or no longer needs it.
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
    """Return the intervals in days, the product of each, and the number of purchases of each product."""
    bought = np.zeros(product_count, np.int64)
    gaps, owners = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for part in purchases:
        bought += np.bincount(part.product, minlength=product_count)
        again = (np.diff(part.customer) == 0) & (np.diff(part.product) == 0)
        gaps.append(np.diff(part.day)[again].astype(np.int32))
        owners.append(part.product[1:][again].astype(np.int32))
    return np.concatenate(gaps), np.concatenate(owners), bought


def _medians(*, group: Positions, gap: Positions, group_count: int) -> tuple[Ints, Ints]:
    """Return the median interval of each group in whole days, 0 for none, and the number of intervals."""
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
    """Return the median interval of each run of at least two purchases: (k,)."""
    count = bought - 1
    start = np.cumsum(count) - count
    group = np.repeat(np.arange(len(first)), count)
    place = np.arange(len(group)) - start[group] + first[group]
    _, gaps = sort_within_groups(group=group, value=purchases.day[place + 1] - purchases.day[place])
    medians = np.rint(group_quantiles(first=start, count=count, value=gaps, q=0.5))
    return medians.astype(np.int64)
