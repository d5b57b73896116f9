"""What was sold to whom at what price, in positions, without what cannot be true.

Bad orders must neither break nor bend what is learned. A price far above what the product costs otherwise
is a slip of the pen: the line counts as bought, but its price says nothing. An order far above all others
counts only so much.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats
from analytics.stats.blocks import Positions, ranges_of, slices_of
from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups
from analytics.stats.sales import DAY_US, Ints, LineInts, Sales, SalesDetails, positions_of

IMPLAUSIBLE_PRICE_RATIO = 20
# From so many prices on a product's median speaks for itself; before, its catalogue price does.
MIN_PRICES = 5
# A line holds hardly more: fuel by the millilitre does, and typing errors.
MAX_UNITS = 1000
# Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993: a modified z-score above 3.5 is one. Order
# values are compared as logarithms; their spread counts as at least 1, so that a limit is ≥ 33 medians.
OUTLIER_SCORE = 3.5
MIN_SPREAD = 1.0
_SPREAD_OF_MAD = 1.4826

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLines:
    """Some of the lines: (n,) each."""

    order: Ints  # positions
    product: Ints  # positions
    units: Ints  # at most MAX_UNITS
    price: Ints  # of a unit, minor units; 0 where it is in another currency or says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSales:
    """Orders and lines of known products; customers, orders and products are positions."""

    today: int  # the day of the newest order, days since 1970-01-01 UTC
    currency: int  # the number of the currency that most orders are in
    customer: Ints  # (k,) ids, ascending
    product: Ints  # (n_products,) ids, ascending
    product_category: Ints  # (n_products,) ids, 0 where there is none
    order_customer: Ints  # (n_orders,), -1 where nobody is known
    order_day: Ints  # (n_orders,) days since 1970-01-01 UTC
    order_is_main: Flags  # (n_orders,) in `currency`
    order_value: Floats  # (n_orders,) minor units of `currency`, 0 for orders in others; outliers cut
    line_order: Positions  # (n_lines,), n_orders where the order or the product is not known
    line_product: Positions  # (n_lines,)
    line_is_implausible: Flags  # (n_lines,) priced out of all proportion
    details: SalesDetails
    implausible_quantity_count: int
    capped_order_count: int

    def lines(self, rows: slice | Positions) -> OrderLines:
        """Return those of these lines that are known."""
        details, order = self.details, self.line_order[rows].astype(np.int64)
        is_known = order < len(self.order_day)
        known = slice(None) if is_known.all() else is_known  # a slice copies nothing
        order = order[known]
        tells = self.order_is_main[order] & ~self.line_is_implausible[rows][known]
        return OrderLines(
            order=order,
            product=self.line_product[rows][known].astype(np.int64),
            units=np.minimum(details.line_quantity[rows][known], MAX_UNITS),
            price=np.where(tells, details.line_price[rows][known], 0),
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
    """What was paid, before anything is known of it."""

    line_order: Positions
    line_product: Positions
    line_price: Ints
    order_is_main: Flags

    def implausible(self, catalogue: Ints) -> Flags:
        """Tell which prices are implausible for their product: (n_lines,)."""
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
        """Return what each order was worth in the main currency: (n_orders,)."""
        value = np.zeros(len(self.order_is_main) + 1)
        for part in slices_of(len(self.line_order)):
            paid = np.where(is_implausible[part], 0, self._paid(part)) * line_quantity[part].astype(
                np.float64
            )
            value += np.bincount(self.line_order[part], weights=paid, minlength=len(value))
        return value[:-1]

    def _paid(self, rows: slice | Ints) -> Ints:
        """Return the prices of lines, 0 in other currencies and of unknown orders."""
        is_main = np.append(self.order_is_main, False)
        return np.where(is_main[self.line_order[rows]], self.line_price[rows], 0)


def _positions(ids: LineInts, *, among: Ints) -> Positions:
    """Return where each id stands in `among`, which ascends; `len(among)` where it does not."""
    positions = np.empty(len(ids), np.int32)
    for part in slices_of(len(ids)):
        found, is_known = positions_of(ids[part], among=among)
        positions[part] = np.where(is_known, found, len(among))
    return positions


def _without_empty(line_order: Positions, order_count: int) -> Flags:
    """Renumber the orders of the lines without those that have none; tell which have one: (n_orders,)."""
    counts = np.zeros(order_count + 1, np.int64)
    for part in slices_of(len(line_order)):
        counts += np.bincount(line_order[part], minlength=len(counts))
    is_sold = counts[:-1] > 0
    renumbered = np.append(np.cumsum(is_sold) - 1, is_sold.sum()).astype(np.int32)
    for part in slices_of(len(line_order)):
        line_order[part] = renumbered[line_order[part]]
    return is_sold


def _main_currency(currencies: Ints) -> int:
    """Return the currency that most orders are in, the lower number of two; 0 without orders."""
    found, count = np.unique(currencies, return_counts=True)
    return int(found[np.argmax(count)]) if len(found) else 0


def _price_limits(product: Ints, price: Ints, *, catalogue: Ints) -> Floats:
    """Return the highest plausible price of each product: (n_products,)."""
    products, prices = sort_within_groups(group=product, value=price)
    first, count = runs_of(products)
    usual: Floats = catalogue.astype(np.float64)
    told = count >= MIN_PRICES
    usual[products[first[told]]] = group_quantiles(first=first[told], count=count[told], value=prices, q=0.5)
    return np.where(usual > 0, usual * IMPLAUSIBLE_PRICE_RATIO, np.inf)


def _value_limit(value: Floats) -> float:
    """Return the largest value of an order that is no outlier."""
    logs = np.log(value[value > 0])
    if not len(logs):
        return np.inf
    median = np.median(logs)
    spread = max(_SPREAD_OF_MAD * float(np.median(np.abs(logs - median))), MIN_SPREAD)
    return float(np.exp(median + OUTLIER_SCORE * spread))
