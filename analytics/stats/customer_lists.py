"""Price ranges, products due and categories of each customer, calculated in blocks of customers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Ints
from analytics.stats.blocks import Positions, ranges_of, slices_of
from analytics.stats.comfort import ComfortBands, find_comfort_bands
from analytics.stats.indexed_sales import IndexedSales, OrderLines
from analytics.stats.quantiles import runs_of
from analytics.stats.repurchase import Due, Intervals, PurchaseDays, find_due, to_purchase_days
from engine.learned.facts import CATEGORY, COMFORT, DUE, NO_DAY
from engine.learned.generations import Records


@dataclass(frozen=True, slots=True)
class CustomerBlock:
    """The order lines of some customers, who are numbered from the first customer of the block."""

    customer_count: int
    customer: Ints  # (n,) positions in the block
    lines: OrderLines
    day: Ints  # (n,) days since 1970-01-01 UTC

    def purchase_days(self) -> PurchaseDays:
        """Return the days on which each customer bought each product."""
        return to_purchase_days(customer=self.customer, product=self.lines.product, day=self.day)


@dataclass(frozen=True, slots=True)
class CustomerLists:
    """Lists by customer; the counts, (k,), are the number of entries of each customer."""

    comfort_counts: Ints
    comfort: Records  # COMFORT
    due_counts: Ints
    due: Records  # DUE
    category_counts: Ints
    categories: Records  # CATEGORY
    next_due_day: Ints  # (k,) NO_DAY if nothing is due from today on


def blocks_of(indexed: IndexedSales) -> Iterator[CustomerBlock]:
    """Yield blocks of the known customers' lines, in ascending order of customers."""
    ranges = list(ranges_of(_line_counts(indexed)))
    # Sorting 16-bit numbers takes a few passes over all lines; searching for each block takes one per block.
    block_of_customer = np.repeat(
        np.arange(len(ranges), dtype=np.uint16), [last - first for first, last in ranges]
    )
    block_of_order = np.full(len(indexed.order_day) + 1, len(ranges), np.uint16)
    known = np.flatnonzero(indexed.order_customer >= 0)
    block_of_order[known] = block_of_customer[indexed.order_customer[known]]
    parts = [
        _rows_by_block(block_of_order[indexed.line_order[part]], part.start, block_count=len(ranges))
        for part in slices_of(len(indexed.line_order))
    ]
    for block, (first, last) in enumerate(ranges):
        lines = indexed.lines(np.concatenate([rows[ends[block] : ends[block + 1]] for rows, ends in parts]))
        buyer = indexed.order_customer[lines.order] - first
        yield CustomerBlock(last - first, buyer, lines, indexed.order_day[lines.order])


def _line_counts(indexed: IndexedSales) -> Ints:
    """Return the number of lines of each customer: (k,)."""
    order_lines = np.zeros(len(indexed.order_day) + 1, np.int64)
    for part in slices_of(len(indexed.line_order)):
        order_lines += np.bincount(indexed.line_order[part], minlength=len(order_lines))
    known = indexed.order_customer >= 0
    counts = np.zeros(len(indexed.customer), np.int64)
    np.add.at(counts, indexed.order_customer[known], order_lines[:-1][known])
    return counts


def _rows_by_block(
    block: npt.NDArray[np.uint16], first_row: int, *, block_count: int
) -> tuple[Positions, Ints]:
    """Return the rows, numbered from `first_row`, sorted by block, (n,), and the bounds of the blocks."""
    rows = np.argsort(block, kind="stable").astype(np.int32) + np.int32(first_row)
    return rows, np.concatenate([[0], np.cumsum(np.bincount(block, minlength=block_count + 1))])


def compute_lists(block: CustomerBlock, indexed: IndexedSales, intervals: Intervals) -> CustomerLists:
    """Return the lists of the customers in a block."""
    purchases = block.purchase_days()
    priced = block.lines.price > 0
    comfort = find_comfort_bands(
        customer=block.customer[priced],
        category=indexed.product_category[block.lines.product[priced]],
        price=block.lines.price[priced],
        customer_count=block.customer_count,
    )
    due = find_due(
        purchases=purchases, intervals=intervals, today=indexed.today, customer_count=block.customer_count
    )
    category_counts, categories = _categories(purchases, indexed, block.customer_count)
    return CustomerLists(
        comfort_counts=np.diff(comfort.starts),
        comfort=_comfort_records(comfort),
        due_counts=np.diff(due.starts),
        due=_due_records(due, indexed),
        category_counts=category_counts,
        categories=categories,
        next_due_day=_next_due_day(due, indexed.today, block.customer_count),
    )


def join_lists(blocks: Sequence[CustomerLists]) -> CustomerLists:
    """Return the lists of all customers."""
    none = np.empty(0, np.int64)
    empty = CustomerLists(
        none, np.empty(0, COMFORT), none, np.empty(0, DUE), none, np.empty(0, CATEGORY), none
    )
    parts = [empty, *blocks]
    return CustomerLists(
        comfort_counts=np.concatenate([part.comfort_counts for part in parts]),
        comfort=np.concatenate([part.comfort for part in parts]),
        due_counts=np.concatenate([part.due_counts for part in parts]),
        due=np.concatenate([part.due for part in parts]),
        category_counts=np.concatenate([part.category_counts for part in parts]),
        categories=np.concatenate([part.categories for part in parts]),
        next_due_day=np.concatenate([part.next_due_day for part in parts]),
    )


def _categories(purchases: PurchaseDays, indexed: IndexedSales, customer_count: int) -> tuple[Ints, Records]:
    """Return the number of categories each customer bought from, (k,), and their records, ascending."""
    found, place = np.unique(indexed.product_category, return_inverse=True)
    width = max(len(found), 1)
    key = purchases.customer * width + place[purchases.product]
    order = np.argsort(key, kind="stable")
    first = runs_of(key[order])[0]
    last_day = np.maximum.reduceat(purchases.day[order], first) if len(first) else purchases.day
    customer, category = np.divmod(key[order[first]], width)
    is_named = found[category] > 0
    records = np.empty(int(is_named.sum()), CATEGORY)
    records["category"], records["last_day"] = found[category[is_named]], last_day[is_named]
    return np.bincount(customer[is_named], minlength=customer_count), records


def _next_due_day(due: Due, today: int, customer_count: int) -> Ints:
    """Return the first day from today on when a product of each customer is due, (k,), NO_DAY without one."""
    never = np.iinfo(np.int64).max
    first = np.full(customer_count, never)
    owner = np.repeat(np.arange(customer_count), np.diff(due.starts))
    is_ahead = due.due_day >= today
    np.minimum.at(first, owner[is_ahead], due.due_day[is_ahead])
    return np.where(first == never, NO_DAY, first)


def _comfort_records(comfort: ComfortBands) -> Records:
    """Return the bands as COMFORT records."""
    records = np.empty(len(comfort.category), COMFORT)
    records["category"] = comfort.category
    records["low"] = comfort.low
    records["median"] = comfort.median
    records["high"] = comfort.high
    records["lines"] = comfort.line_count
    return records


def _due_records(due: Due, indexed: IndexedSales) -> Records:
    """Return the products due as DUE records."""
    records = np.empty(len(due.product), DUE)
    records["product"] = indexed.product[due.product]
    records["due_day"] = due.due_day
    records["purchases"] = due.purchase_count
    records["chance"] = due.chance
    records["interval_days"] = due.interval_days
    records["source"] = due.source
    return records
