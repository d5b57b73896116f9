"""What the orders say of each customer and each product, as records to publish."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.comfort import Comfort, find_comfort
from analytics.stats.evidence import Floats
from analytics.stats.ledger import Ledger, keep_ledger
from analytics.stats.medians import runs_of
from analytics.stats.ranking import starts_of
from analytics.stats.repurchase import (
    Due,
    Intervals,
    Purchases,
    find_due,
    find_intervals,
    to_purchases,
)
from analytics.stats.rfm import stand
from analytics.stats.sales import Ints, Sales, currency_of
from analytics.stats.slow_movers import NEVER, RECENT_DAYS, find_slow_movers
from analytics.stats.spending import find_spending, foresee
from offers.facts import (
    COMFORT,
    DUE,
    NO_DAY,
    NOTHING,
    CustomerFactsData,
    FactsData,
    ProductFactsData,
)
from offers.generations import Records


@dataclass(frozen=True, slots=True)
class LearnedFacts:
    """The facts to publish, and what was odd in the orders."""

    data: FactsData
    counts: dict[str, int]


def learn_facts(sales: Sales) -> LearnedFacts | None:
    """Learn the facts, None where the sales have no details; the same sales give the same bytes."""
    details = sales.details
    if details is None:
        return None
    ledger = keep_ledger(sales, details)
    buyer = ledger.order_customer[ledger.line_order]
    is_known = buyer >= 0
    purchases = to_purchases(
        customer=buyer[is_known],
        product=ledger.line_product[is_known],
        day=ledger.order_day[ledger.line_order[is_known]],
    )
    is_priced = is_known & (ledger.line_price > 0)
    comfort = find_comfort(
        customer=buyer[is_priced],
        category=ledger.product_category[ledger.line_product[is_priced]],
        price=ledger.line_price[is_priced],
        customer_count=len(ledger.customer),
    )
    by_product = np.argsort(sales.product)
    intervals = find_intervals(
        purchases=purchases,
        product_category=ledger.product_category,
        merchandiser_days=details.product_replenishment_days[by_product],
    )
    due = find_due(
        purchases=purchases, intervals=intervals, today=ledger.today, customer_count=len(ledger.customer)
    )
    products = _product_facts(
        ledger,
        intervals,
        stock=details.product_stock[by_product],
        listed_day=details.product_listed_day[by_product],
    )
    counts = {
        "absurd_price_lines": ledger.absurd_price_count,
        "absurd_quantity_lines": ledger.absurd_quantity_count,
        "capped_orders": ledger.capped_order_count,
        "due_products": len(due.product),
        "slow_movers": int(products.is_slow.sum()),
    }
    customers = _customer_facts(ledger, purchases, due, comfort)
    return LearnedFacts(FactsData(customers=customers, products=products), counts)


def _customer_facts(ledger: Ledger, purchases: Purchases, due: Due, comfort: Comfort) -> CustomerFactsData:
    """Return what is known of each customer."""
    spending = find_spending(ledger)
    outlook = foresee(spending)
    standing = stand(
        last_day=spending.last_day, order_count=spending.order_count, spent=spending.spent.astype(np.float64)
    )
    category_starts, categories = _categories(ledger, purchases)
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
        next_due_day=_next_due_day(due, ledger),
        comfort_starts=comfort.starts,
        comfort=_comfort_records(comfort),
        due_starts=due.starts,
        due=_due_records(due, ledger),
        category_starts=category_starts,
        categories=categories,
    )


def _product_facts(
    ledger: Ledger, intervals: Intervals, *, stock: Ints, listed_day: Ints
) -> ProductFactsData:
    """Return how each product sells; known since it was listed, or sold for the first time."""
    count = len(ledger.product)
    day = ledger.order_day[ledger.line_order]
    first_sold, last_sold = listed_day.copy(), np.full(count, NO_DAY)
    np.minimum.at(first_sold, ledger.line_product, day)
    np.maximum.at(last_sold, ledger.line_product, day)
    is_recent = day > ledger.today - RECENT_DAYS
    units: Floats = np.bincount(
        ledger.line_product[is_recent], weights=ledger.line_units[is_recent], minlength=count
    ).astype(np.float64)
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


def _categories(ledger: Ledger, purchases: Purchases) -> tuple[Ints, Ints]:
    """Return the categories that each customer bought from: where each list starts, and the ids."""
    found, place = np.unique(ledger.product_category, return_inverse=True)
    width = max(len(found), 1)
    keys = np.sort(purchases.customer * width + place[purchases.product])
    customer, category = np.divmod(keys[runs_of(keys)[0]], width)
    is_named = found[category] > 0
    starts = starts_of(customer[is_named], group_count=len(ledger.customer))
    return starts, found[category[is_named]]


def _next_due_day(due: Due, ledger: Ledger) -> Ints:
    """Return the first day from today on that each customer needs something again, NO_DAY without one."""
    never = np.iinfo(np.int64).max
    first = np.full(len(ledger.customer), never)
    owner = np.repeat(np.arange(len(ledger.customer)), np.diff(due.starts))
    is_ahead = due.due_day >= ledger.today
    np.minimum.at(first, owner[is_ahead], due.due_day[is_ahead])
    return np.where(first == never, NO_DAY, first)


def _whole(amounts: Floats) -> Ints:
    """Return amounts in whole minor units, NOTHING for NaN."""
    return np.where(np.isnan(amounts), NOTHING, np.rint(np.nan_to_num(amounts))).astype(np.int64)


def _comfort_records(comfort: Comfort) -> Records:
    """Return the bands as COMFORT records."""
    records = np.empty(len(comfort.category), COMFORT)
    records["category"] = comfort.category
    records["low"] = comfort.low
    records["median"] = comfort.median
    records["high"] = comfort.high
    records["lines"] = comfort.line_count
    return records


def _due_records(due: Due, ledger: Ledger) -> Records:
    """Return what is due as DUE records."""
    records = np.empty(len(due.product), DUE)
    records["product"] = ledger.product[due.product]
    records["due_day"] = due.due_day
    records["purchases"] = due.purchase_count
    records["chance"] = due.chance
    records["interval_days"] = due.interval_days
    records["source"] = due.source
    return records
