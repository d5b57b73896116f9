"""What the orders say of each customer and each product, as records to publish."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.blocks import slices_of
from analytics.stats.customer_lists import CustomerLists, blocks_of, join_lists, list_block
from analytics.stats.evidence import Floats
from analytics.stats.ledger import Ledger, keep_ledger
from analytics.stats.repurchase import Intervals, find_intervals
from analytics.stats.rfm import stand
from analytics.stats.sales import Ints, Sales, currency_of
from analytics.stats.slow_movers import NEVER, RECENT_DAYS, find_slow_movers
from analytics.stats.spending import find_spending, foresee
from engine.learned.facts import NO_DAY, NOTHING, CustomerFactsData, FactsData, ProductFactsData


@dataclass(frozen=True, slots=True)
class LearnedFacts:
    """The facts to publish, and what was odd in the orders."""

    data: FactsData
    counts: dict[str, int]


def learn_facts(sales: Sales) -> LearnedFacts | None:
    """Learn the facts, None where the sales have no details; the same sales give the same bytes."""
    if sales.details is None:
        return None
    prices = sales.details.line_price
    zero_price_count = len(prices) - int(np.count_nonzero(prices))
    ledger = keep_ledger(sales, sales.details)
    by_product = np.argsort(sales.product)
    intervals = find_intervals(
        purchases=(block.purchases() for block in blocks_of(ledger)),
        product_category=ledger.product_category,
        merchandiser_days=sales.details.product_replenishment_days[by_product],
    )
    lists = join_lists([list_block(block, ledger, intervals) for block in blocks_of(ledger)])
    products = _product_facts(
        ledger,
        intervals,
        stock=sales.details.product_stock[by_product],
        listed_day=sales.details.product_listed_day[by_product],
    )
    counts = {
        "zero_price_lines": zero_price_count,
        "absurd_price_lines": int(ledger.line_is_absurd.sum()),
        "absurd_quantity_lines": ledger.absurd_quantity_count,
        "capped_orders": ledger.capped_order_count,
        "due_products": len(lists.due),
        "slow_movers": int(products.is_slow.sum()),
    }
    return LearnedFacts(FactsData(customers=_customer_facts(ledger, lists), products=products), counts)


def _customer_facts(ledger: Ledger, lists: CustomerLists) -> CustomerFactsData:
    """Return what is known of each customer."""
    spending = find_spending(ledger)
    outlook = foresee(spending)
    standing = stand(
        first_day=spending.first_day,
        last_day=spending.last_day,
        order_count=spending.order_count,
        spent=spending.spent.astype(np.float64),
        today=ledger.today,
    )
    return CustomerFactsData(
        currency=currency_of(ledger.currency),
        customers=ledger.customer,
        segment=standing.segment,
        recency=standing.recency,
        frequency=standing.frequency,
        monetary=standing.monetary,
        first_day=spending.first_day,
        last_day=spending.last_day,
        order_count=spending.order_count,
        spent=spending.spent,
        average_order=_whole(spending.average_order),
        active_rate=np.round(outlook.active_rate, 4),
        expected_orders=np.round(outlook.orders, 3),
        lifetime_value=_whole(outlook.value),
        next_due_day=lists.next_due_day,
        comfort_starts=_starts(lists.comfort_counts),
        comfort=lists.comfort,
        due_starts=_starts(lists.due_counts),
        due=lists.due,
        category_starts=_starts(lists.category_counts),
        categories=lists.categories,
    )


def _product_facts(
    ledger: Ledger, intervals: Intervals, *, stock: Ints, listed_day: Ints
) -> ProductFactsData:
    """Return how each product sells; known since it was listed, or sold for the first time."""
    count = len(ledger.product)
    first_sold, last_sold, units = listed_day.copy(), np.full(count, NO_DAY), np.zeros(count)
    for part in slices_of(len(ledger.line_order)):
        lines = ledger.lines(part)
        day = ledger.order_day[lines.order]
        np.minimum.at(first_sold, lines.product, day)
        np.maximum.at(last_sold, lines.product, day)
        recent = day > ledger.today - RECENT_DAYS
        units += np.bincount(lines.product[recent], weights=lines.units[recent], minlength=count)
    shelf = find_slow_movers(
        stock=stock,
        recent_units=units,
        last_sold_day=np.where(last_sold == NO_DAY, NEVER, last_sold),
        listed_day=first_sold,
        today=ledger.today,
    )
    return ProductFactsData(
        products=ledger.product,
        interval_days=intervals.days,
        interval_source=intervals.source,
        interval_count=intervals.count,
        recent_units=units.astype(np.int64),
        last_sold_day=last_sold,
        cover_days=shelf.cover_days,
        is_slow=shelf.is_slow,
        slowness=np.round(shelf.slowness, 3),
    )


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)])


def _whole(amounts: Floats) -> Ints:
    """Return amounts in whole minor units, NOTHING for NaN."""
    whole = np.full(len(amounts), NOTHING)
    is_known = ~np.isnan(amounts)
    whole[is_known] = np.rint(amounts[is_known])
    return whole
