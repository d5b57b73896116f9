"""Derive facts about each customer and each product from the orders, as records to publish."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.blocks import slices_of
from analytics.stats.customer_lists import CustomerLists, blocks_of, compute_lists, join_lists
from analytics.stats.indexed_sales import IndexedSales, index_sales
from analytics.stats.repurchase import Intervals, find_intervals
from analytics.stats.rfm import score_rfm
from analytics.stats.sales import Sales, currency_of
from analytics.stats.slow_movers import NEVER, RECENT_DAYS, find_slow_movers
from analytics.stats.spending import find_spending, forecast_year
from engine.learned.facts import NO_DAY, NOTHING, CustomerFactsData, FactsData, ProductFactsData


@dataclass(frozen=True, slots=True)
class LearnedFacts:
    """The facts to publish, and counts of implausible values in the orders."""

    data: FactsData
    counts: dict[str, int]


def learn_facts(sales: Sales) -> LearnedFacts | None:
    """Return the facts, None for sales without details; the same sales give the same bytes."""
    if sales.details is None:
        return None
    prices = sales.details.line_price
    zero_price_count = len(prices) - int(np.count_nonzero(prices))
    indexed = index_sales(sales, sales.details)
    by_product = np.argsort(sales.product)
    intervals = find_intervals(
        purchases=(block.purchase_days() for block in blocks_of(indexed)),
        product_category=indexed.product_category,
        merchandiser_days=sales.details.product_replenishment_days[by_product],
    )
    lists = join_lists([compute_lists(block, indexed, intervals) for block in blocks_of(indexed)])
    products = _product_facts(
        indexed,
        intervals,
        stock=sales.details.product_stock[by_product],
        listed_day=sales.details.product_listed_day[by_product],
    )
    counts = {
        "zero_price_lines": zero_price_count,
        "absurd_price_lines": int(indexed.line_is_implausible.sum()),
        "absurd_quantity_lines": indexed.implausible_quantity_count,
        "capped_orders": indexed.capped_order_count,
        "due_products": len(lists.due),
        "slow_movers": int(products.is_slow.sum()),
    }
    return LearnedFacts(FactsData(customers=_customer_facts(indexed, lists), products=products), counts)


def _customer_facts(indexed: IndexedSales, lists: CustomerLists) -> CustomerFactsData:
    """Return the facts about each customer."""
    spending = find_spending(indexed)
    forecast = forecast_year(spending)
    rfm = score_rfm(
        first_day=spending.first_day,
        last_day=spending.last_day,
        order_count=spending.order_count,
        spent=spending.spent.astype(np.float64),
        today=indexed.today,
    )
    return CustomerFactsData(
        currency=currency_of(indexed.currency),
        customers=indexed.customer,
        segment=rfm.segment,
        recency=rfm.recency,
        frequency=rfm.frequency,
        monetary=rfm.monetary,
        first_day=spending.first_day,
        last_day=spending.last_day,
        order_count=spending.order_count,
        spent=spending.spent,
        average_order=_whole(spending.average_order),
        active_rate=np.round(forecast.active_rate, 4),
        expected_orders=np.round(forecast.orders, 3),
        lifetime_value=_whole(forecast.value),
        next_due_day=lists.next_due_day,
        comfort_starts=_starts(lists.comfort_counts),
        comfort=lists.comfort,
        due_starts=_starts(lists.due_counts),
        due=lists.due,
        category_starts=_starts(lists.category_counts),
        categories=lists.categories,
    )


def _product_facts(
    indexed: IndexedSales, intervals: Intervals, *, stock: Ints, listed_day: Ints
) -> ProductFactsData:
    """Return the facts about each product; its age starts when it was listed or first sold."""
    count = len(indexed.product)
    first_sold, last_sold, units = listed_day.copy(), np.full(count, NO_DAY), np.zeros(count)
    for part in slices_of(len(indexed.line_order)):
        lines = indexed.lines(part)
        day = indexed.order_day[lines.order]
        np.minimum.at(first_sold, lines.product, day)
        np.maximum.at(last_sold, lines.product, day)
        recent = day > indexed.today - RECENT_DAYS
        units += np.bincount(lines.product[recent], weights=lines.units[recent], minlength=count)
    stock_facts = find_slow_movers(
        stock=stock,
        recent_units=units,
        last_sold_day=np.where(last_sold == NO_DAY, NEVER, last_sold),
        listed_day=first_sold,
        today=indexed.today,
    )
    return ProductFactsData(
        products=indexed.product,
        interval_days=intervals.days,
        interval_source=intervals.source,
        interval_count=intervals.count,
        recent_units=units.astype(np.int64),
        last_sold_day=last_sold,
        cover_days=stock_facts.cover_days,
        is_slow=stock_facts.is_slow,
        slowness=np.round(stock_facts.slowness, 3),
    )


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)])


def _whole(amounts: Floats) -> Ints:
    """Return amounts in whole minor units, with NOTHING for NaN."""
    whole = np.full(len(amounts), NOTHING)
    is_known = ~np.isnan(amounts)
    whole[is_known] = np.rint(amounts[is_known])
    return whole
