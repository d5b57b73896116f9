"""What was sold to whom at what price, in positions, without what cannot be true.

Bad orders must neither break nor bend what is learned. A price far above what the product costs otherwise
is a slip of the pen: the line counts as bought, but its price says nothing. An order far above all others
counts only so much.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.evidence import Floats
from analytics.stats.medians import quantile_of_groups, runs_of, sorted_in_groups
from analytics.stats.sales import DAY_US, Ints, Sales, SalesDetails, positions_of

ABSURD_PRICE_TIMES = 20
# From so many prices on a product's median speaks for itself; before, its catalogue price does.
LEAST_PRICES = 5
# A line holds hardly more: fuel by the millilitre does, and typing errors.
MOST_UNITS = 1000
# Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993: a modified z-score above 3.5 is one. Order
# values are compared as logarithms; their spread counts as at least 1, so that a limit is ≥ 33 medians.
OUTLIER_SCORE = 3.5
LEAST_SPREAD = 1.0
_SPREAD_OF_MAD = 1.4826

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Orders and lines of known products; customers, orders and products are positions."""

    today: int  # the day of the newest order, days since 1970-01-01 UTC
    currency: int  # the number of the currency that most orders are in
    customer: Ints  # (k,) ids, ascending
    product: Ints  # (n_products,) ids, ascending
    product_category: Ints  # (n_products,) ids, 0 where there is none
    order_customer: Ints  # (n_orders,), -1 where nobody is known
    order_day: Ints  # (n_orders,) days since 1970-01-01 UTC
    order_value: Floats  # (n_orders,) minor units of `currency`, 0 for orders in others; outliers cut
    line_order: Ints  # (n_lines,)
    line_product: Ints  # (n_lines,)
    line_units: Ints  # (n_lines,) at most MOST_UNITS
    line_price: Ints  # (n_lines,) minor units of a unit; 0 where it is in another currency or says nothing
    absurd_price_count: int
    absurd_quantity_count: int
    capped_order_count: int


def keep_ledger(sales: Sales, details: SalesDetails) -> Ledger:
    """Index the sales. Orders without a line of a known product are left out."""
    by_id, by_product = np.argsort(sales.order), np.argsort(sales.product)
    order, is_known_order = positions_of(sales.line_order, among=sales.order[by_id])
    product, is_known_product = positions_of(sales.line_product, among=sales.product[by_product])
    kept = is_known_order & is_known_product
    is_sold = np.bincount(order[kept], minlength=len(by_id)) > 0
    rows = by_id[is_sold]
    line_order, line_product = (np.cumsum(is_sold) - 1)[order[kept]], product[kept]
    currency = _main_currency(details.order_currency[rows])
    is_main = details.order_currency[rows] == currency
    price = np.where(is_main[line_order], details.line_price[kept], 0)
    catalogue = np.where(details.product_currency == currency, details.product_price, 0)[by_product]
    is_absurd = _absurd(line_product, price, catalogue=catalogue)
    price[is_absurd] = 0
    units = details.line_quantity[kept]
    value, capped_count = _order_values(line_order, price * units.astype(np.float64), len(rows))
    customer = np.unique(sales.customer[rows])
    customer = customer[customer > 0]
    owner, is_known = positions_of(sales.customer[rows], among=customer)
    days = sales.placed_us[rows] // DAY_US
    return Ledger(
        today=int(days.max()) if len(days) else 0,
        currency=currency,
        customer=customer,
        product=sales.product[by_product],
        product_category=sales.product_category[by_product],
        order_customer=np.where(is_known, owner, -1),
        order_day=days,
        order_value=value,
        line_order=line_order,
        line_product=line_product,
        line_units=np.minimum(units, MOST_UNITS),
        line_price=price,
        absurd_price_count=int(is_absurd.sum()),
        absurd_quantity_count=int((units > MOST_UNITS).sum()),
        capped_order_count=capped_count,
    )


def _main_currency(currencies: Ints) -> int:
    """Return the currency that most orders are in, the lower number of two; 0 without orders."""
    found, count = np.unique(currencies, return_counts=True)
    return int(found[np.argmax(count)]) if len(found) else 0


def _absurd(product: Ints, price: Ints, *, catalogue: Ints) -> Flags:
    """Tell which prices are more than `ABSURD_PRICE_TIMES` the product's median, or its catalogue price."""
    paid = price > 0
    products, prices = sorted_in_groups(group=product[paid], figure=price[paid])
    first, count = runs_of(products)
    usual = catalogue.astype(np.float64)
    told = count >= LEAST_PRICES
    usual[products[first[told]]] = quantile_of_groups(
        first=first[told], count=count[told], figure=prices, share=0.5
    )
    limit = np.where(usual > 0, usual * ABSURD_PRICE_TIMES, np.inf)
    return price > limit[product]


def _order_values(line_order: Ints, line_value: Floats, order_count: int) -> tuple[Floats, int]:
    """Return what each order was worth, outliers cut to the largest value that is none, and their number."""
    value = np.bincount(line_order, weights=line_value, minlength=order_count).astype(np.float64)
    logs = np.log(value[value > 0])
    if not len(logs):
        return value, 0
    median = np.median(logs)
    spread = max(_SPREAD_OF_MAD * float(np.median(np.abs(logs - median))), LEAST_SPREAD)
    limit = float(np.exp(median + OUTLIER_SCORE * spread))
    return np.minimum(value, limit), int((value > limit).sum())
