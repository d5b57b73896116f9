"""Index order lines with prices by position, and set implausible values aside.

Mistakes in orders must not distort the results. If a price is far above the usual price of the product, the
line still counts as a purchase, but its price is ignored. Exceptionally large order values are capped.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Flags, Floats, Ints, LineInts
from analytics.stats.blocks import Positions, ranges_of, slices_of
from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups
from analytics.stats.sales import DAY_US, Sales, SalesDetails, positions_of

IMPLAUSIBLE_PRICE_RATIO = 20
# Prices from which on a product's median counts as its usual price; with fewer, its catalogue price counts.
MIN_PRICES = 5
# Larger quantities are either typing errors or tiny units, such as fuel by the millilitre.
MAX_UNITS = 1000
# Modified z-score of an outlier (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993), for the
# logarithms of order values. Their spread is at least 1, so the limit is at least 33 medians.
OUTLIER_SCORE = 3.5
MIN_SPREAD = 1.0
_SPREAD_OF_MAD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLines:
    """Some of the order lines: (n,) each."""

    order: Ints  # positions
    product: Ints  # positions
    units: Ints  # at most MAX_UNITS
    price: Ints  # unit price in minor units; 0 if implausible or in another currency


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSales:
    """Orders and lines of known products; customers, orders and products are positions."""

    today: int  # the day of the newest order, days since 1970-01-01 UTC
    currency: int  # number of the currency of most orders
    customer: Ints  # (k,) ids, ascending
    product: Ints  # (n_products,) ids, ascending
    product_category: Ints  # (n_products,) ids, 0 for none
    order_customer: Ints  # (n_orders,), -1 for anonymous orders
    order_day: Ints  # (n_orders,) days since 1970-01-01 UTC
    order_is_main: Flags  # (n_orders,) whether the order is in `currency`
    order_value: Floats  # (n_orders,) minor units of `currency`, capped; 0 for orders in other currencies
    line_order: Positions  # (n_lines,), n_orders if the order or the product is unknown
    line_product: Positions  # (n_lines,)
    line_is_implausible: Flags  # (n_lines,) whether the price is implausible
    details: SalesDetails
    implausible_quantity_count: int
    capped_order_count: int

    def lines(self, rows: slice | Positions) -> OrderLines:
        """Return the given lines, without those of unknown orders or products."""
        details, order = self.details, self.line_order[rows].astype(np.int64)
        is_known = order < len(self.order_day)
        known = slice(None) if is_known.all() else is_known  # a slice does not copy
        order = order[known]
        has_price = self.order_is_main[order] & ~self.line_is_implausible[rows][known]
        return OrderLines(
            order=order,
            product=self.line_product[rows][known].astype(np.int64),
            units=np.minimum(details.line_quantity[rows][known], MAX_UNITS),
            price=np.where(has_price, details.line_price[rows][known], 0),
        )


def index_sales(sales: Sales, details: SalesDetails) -> IndexedSales:
    """Index the sales. Orders without a line of a known product are left out."""
    by_id, by_product = np.argsort(sales.order), np.argsort(sales.product)
    line_order = _positions(sales.line_order, among=sales.order[by_id])
    line_product = _positions(sales.line_product, among=sales.product[by_product])
    line_order[line_product == len(by_product)] = len(by_id)
    rows = by_id[_without_empty(line_order, len(by_id))]
    currency = _main_currency(details.order_currency[rows])
    is_main = details.order_currency[rows] == currency
    catalogue = np.where(details.product_currency == currency, details.product_price, 0)[by_product]
    price = _Prices(line_order, line_product, details.line_price, is_main)
    is_implausible = price.implausible(catalogue)
    value = price.order_values(details.line_quantity, is_implausible)
    limit = _value_limit(value)
    customer = np.unique(sales.customer[rows])
    customer = customer[customer > 0]
    owner, is_known = positions_of(sales.customer[rows], among=customer)
    days = sales.placed_us[rows] // DAY_US
    return IndexedSales(
        today=int(days.max()) if len(days) else 0,
        currency=currency,
        customer=customer,
        product=sales.product[by_product],
        product_category=sales.product_category[by_product],
        order_customer=np.where(is_known, owner, -1),
        order_day=days,
        order_is_main=is_main,
        order_value=np.minimum(value, limit),
        line_order=line_order,
        line_product=line_product,
        line_is_implausible=is_implausible,
        details=details,
        implausible_quantity_count=int((details.line_quantity > MAX_UNITS).sum()),
        capped_order_count=int((value > limit).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Prices:
    """The prices paid, before implausible ones are removed."""

    line_order: Positions
    line_product: Positions
    line_price: Ints
    order_is_main: Flags

    def implausible(self, catalogue: Ints) -> Flags:
        """Return which prices exceed the usual price too far (`IMPLAUSIBLE_PRICE_RATIO`): (n_lines,)."""
        is_implausible = np.zeros(len(self.line_order), np.bool_)
        counts = np.zeros(len(catalogue) + 1, np.int64)
        for part in slices_of(len(self.line_product)):
            counts += np.bincount(self.line_product[part], minlength=len(counts))
        for first, last in ranges_of(counts[:-1]):
            rows = np.flatnonzero((self.line_product >= first) & (self.line_product < last))
            rows = rows[self._paid(rows) > 0]
            product, price = self.line_product[rows] - np.int64(first), self.line_price[rows]
            limit = _price_limits(product, price, catalogue=catalogue[first:last])
            is_implausible[rows[price > limit[product]]] = True
        return is_implausible

    def order_values(self, line_quantity: LineInts, is_implausible: Flags) -> Floats:
        """Return the value of each order in the main currency: (n_orders,)."""
        value = np.zeros(len(self.order_is_main) + 1)
        for part in slices_of(len(self.line_order)):
            paid = np.where(is_implausible[part], 0, self._paid(part)) * line_quantity[part].astype(
                np.float64
            )
            value += np.bincount(self.line_order[part], weights=paid, minlength=len(value))
        return value[:-1]

    def _paid(self, rows: slice | Ints) -> Ints:
        """Return the prices of lines, 0 for other currencies and unknown orders."""
        is_main = np.append(self.order_is_main, False)
        return np.where(is_main[self.line_order[rows]], self.line_price[rows], 0)


def _positions(ids: LineInts, *, among: Ints) -> Positions:
    """Return the position of each id in `among`, which is ascending; `len(among)` if it is not in it."""
    positions = np.empty(len(ids), np.int32)
    for part in slices_of(len(ids)):
        found, is_known = positions_of(ids[part], among=among)
        positions[part] = np.where(is_known, found, len(among))
    return positions


def _without_empty(line_order: Positions, order_count: int) -> Flags:
    """Renumber the orders in `line_order` without empty ones, in place; return which are not: (n_orders,)."""
    counts = np.zeros(order_count + 1, np.int64)
    for part in slices_of(len(line_order)):
        counts += np.bincount(line_order[part], minlength=len(counts))
    is_sold = counts[:-1] > 0
    renumbered = np.append(np.cumsum(is_sold) - 1, is_sold.sum()).astype(np.int32)
    for part in slices_of(len(line_order)):
        line_order[part] = renumbered[line_order[part]]
    return is_sold


def _main_currency(currencies: Ints) -> int:
    """Return the currency of most orders, ties by the lower number; 0 without orders."""
    found, count = np.unique(currencies, return_counts=True)
    return int(found[np.argmax(count)]) if len(found) else 0


def _price_limits(product: Ints, price: Ints, *, catalogue: Ints) -> Floats:
    """Return the highest plausible price of each product: (n_products,), infinite without a usual price."""
    products, prices = sort_within_groups(group=product, value=price)
    first, count = runs_of(products)
    usual: Floats = catalogue.astype(np.float64)
    enough = count >= MIN_PRICES
    usual[products[first[enough]]] = group_quantiles(
        first=first[enough], count=count[enough], value=prices, q=0.5
    )
    return np.where(usual > 0, usual * IMPLAUSIBLE_PRICE_RATIO, np.inf)


def _value_limit(value: Floats) -> float:
    """Return the largest order value that is not an outlier."""
    logs = np.log(value[value > 0])
    if not len(logs):
        return np.inf
    median = np.median(logs)
    spread = max(_SPREAD_OF_MAD * float(np.median(np.abs(logs - median))), MIN_SPREAD)
    return float(np.exp(median + OUTLIER_SCORE * spread))
