"""How likely a customer is to buy a product again, judged by their own purchases.

A customer's purchases of one product are summarised as features: how often, how often recently (orders count
half after 30 or 120 days, or after ten later orders), how long ago, in what share of the customer's orders,
how well the product sells to everybody, and how often its buyers buy it again. All are on a logarithmic
scale. Frequency is also on a linear scale, in tens of orders, to distinguish staples that are bought a
hundred times. A `HabitScore` is the weighted sum of the features, with fitted weights.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.popularity import recent_counts
from analytics.stats.quantiles import runs_of, sort_within_groups
from analytics.stats.ranking import ranks_in_groups
from analytics.stats.sales import DAY_US, Baskets
from analytics.stats.settings import LearningSettings
from engine.learned.scoring import POPULAR_UNIT

# A feature of all purchases: (n,), each ≥ 0.
Feature = npt.NDArray[np.float32]

HALF_LIVES_DAYS = {"recent": 30.0, "regular": 120.0}
HALF_LIFE_ORDERS = 10.0
WEEK_DAYS = 7
# The unit of each logarithmic scale: a tenth of an order, 0.3% of the customer's orders, ten orders.
DECAYED_UNIT, SHARE_UNIT, TOTAL_UNIT = 0.1, 0.003, 10.0
# Priors: the share of a customer with few orders shrinks to almost 0, the rate of a product with few buyers
# to one purchase per buyer.
PRIOR_DECAYED, PRIOR_BUYERS = 0.05, 5.0
# The names of the features, in the order of their columns.
FEATURES = (
    "owned",
    "recent",
    "regular",
    "count",
    "days_since",
    "share",
    "popular",
    "total",
    "tens_recent",
    "tens_regular",
    "tens",
    "recent_share",
    "regular_share",
    "last_share",
    "loyalty",
    "week",
)


@dataclass(frozen=True, slots=True)
class Loyalty:
    """Buyers of each product and their orders of it, over all known customers: (n_products,) each."""

    buyers: Ints
    orders: Ints


@dataclass(frozen=True, slots=True)
class PurchaseTotals:
    """Purchases summed up by known customer, then by product."""

    customer: Ints  # (k,) ids, ascending
    customer_orders: Ints  # (k,) number of orders of each
    buyer: Ints  # (n,) positions in `customer`, ascending
    product: Ints  # (n,) product positions
    orders: Ints  # (n,) orders of the customer that contain it
    last_us: Ints  # (n,) time of the last of them
    decayed: Mapping[str, Floats]  # by half-life, and "last": (n,) orders, weighted by age
    customer_decayed: Mapping[str, Floats]  # the same names: (k,) all orders of a customer, weighted by age
    loyalty: Loyalty


@dataclass(frozen=True, slots=True)
class HabitScore:
    """A weight for each feature; the default is the customer's own frequency with a half-life."""

    weights: Mapping[str, float] = field(default_factory=lambda: {"regular": 1.0})

    @property
    def nonzero(self) -> dict[str, float]:
        """Return the weights other than 0."""
        return {name: weight for name, weight in self.weights.items() if weight}

    def score(
        self, purchases: PurchaseTotals, sold: "ProductSales", *, now_us: int
    ) -> npt.NDArray[np.float32]:
        """Return the score of each purchase: (n,). Only one feature is in memory at a time."""
        score = np.zeros(len(purchases.product), np.float32)
        weights = self.nonzero
        for name, feature in features_of(purchases, sold, now_us=now_us, names=weights):
            score += np.float32(weights[name]) * feature
        return score


@dataclass(frozen=True, slots=True)
class ProductSales:
    """Number of orders that contain each product: (n_products,) each."""

    recent: Ints  # in the recent window
    total: Ints
    week: Ints  # in the last WEEK_DAYS


def count_product_sales(baskets: Baskets, settings: LearningSettings) -> ProductSales:
    """Count the orders with each product; the windows end with the newest order."""
    newest_us = int(baskets.placed_us.max(initial=0))
    is_in_week = baskets.placed_us > newest_us - WEEK_DAYS * DAY_US
    width = len(baskets.product)
    return ProductSales(
        recent=recent_counts(baskets, settings),
        total=np.bincount(baskets.cells, minlength=width),
        week=np.bincount(baskets.cells[np.repeat(is_in_week, baskets.sizes)], minlength=width),
    )


def find_purchase_totals(*, baskets: Baskets, now_us: int, loyalty: Loyalty | None = None) -> PurchaseTotals:
    """Sum up the purchases of known customers, with ages up to `now_us`; anonymous orders are ignored.

    loyalty: of all customers, if the baskets are only those of some customers.
    """
    is_known = baskets.customer > 0
    customer, customer_orders = np.unique(baskets.customer[is_known], return_counts=True)
    buyer_of = np.searchsorted(customer, baskets.customer)
    keys, orders = _bought(baskets, is_known, buyer_of)
    firsts, order_counts = runs_of(keys)
    buyer, product = np.divmod(keys[firsts], max(len(baskets.product), 1))
    del keys
    order_weights = _decayed_orders(baskets, now_us=now_us)
    known_buyer = buyer_of[is_known]
    return PurchaseTotals(
        customer=customer,
        customer_orders=customer_orders,
        buyer=buyer,
        product=product,
        orders=order_counts,
        last_us=np.maximum.reduceat(baskets.placed_us[orders], firsts),
        decayed={name: np.add.reduceat(weight[orders], firsts) for name, weight in order_weights.items()},
        customer_decayed={
            name: np.bincount(known_buyer, weights=weight[is_known]).astype(np.float64)
            for name, weight in order_weights.items()
        },
        loyalty=loyalty or _loyalty_of(product, order_counts, product_count=len(baskets.product)),
    )


def find_loyalty(baskets: Baskets) -> Loyalty:
    """Count the buyers of each product and their orders of it; anonymous orders are ignored."""
    is_known = baskets.customer > 0
    keys, _ = _bought(baskets, is_known, np.unique(baskets.customer, return_inverse=True)[1])
    firsts, order_counts = runs_of(keys)
    product = keys[firsts] % max(len(baskets.product), 1)
    return _loyalty_of(product, order_counts, product_count=len(baskets.product))


def _bought(baskets: Baskets, is_known: Flags, buyer_of: Ints) -> tuple[Ints, Ints]:
    """Return buyer × products + product for each cell of a known customer, ascending, and its order."""
    cell_is_known = np.repeat(is_known, baskets.sizes)
    keys = np.repeat(buyer_of * max(len(baskets.product), 1), baskets.sizes)[cell_is_known]
    keys += baskets.cells[cell_is_known]
    orders = np.repeat(np.arange(len(baskets.order)), baskets.sizes)[cell_is_known]
    return sort_within_groups(group=keys, value=orders)


def _loyalty_of(product: Ints, orders: Ints, *, product_count: int) -> Loyalty:
    """Return the loyalty from purchases that are already summed up by customer and product, (n,) each."""
    bought = np.bincount(product, weights=orders, minlength=product_count)
    return Loyalty(np.bincount(product, minlength=product_count), bought.astype(np.int64))


def _decayed_orders(baskets: Baskets, *, now_us: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return the weight of each order, (n_orders,), 0 … 1: by its age, and as "last" by the later orders."""
    ages_days = (np.maximum(now_us - baskets.placed_us, 0) / DAY_US).astype(np.float32)
    ages = {name: ages_days / np.float32(days) for name, days in HALF_LIVES_DAYS.items()}
    by_customer = np.lexsort((-baskets.placed_us, baskets.customer))
    _, group = np.unique(baskets.customer[by_customer], return_inverse=True)
    later = np.empty(len(by_customer), np.float32)
    later[by_customer] = ranks_in_groups(group, group_count=int(group.max(initial=-1)) + 1)
    ages["last"] = later / np.float32(HALF_LIFE_ORDERS)
    return {name: np.float32(0.5) ** age for name, age in ages.items()}


def features_of(
    purchases: PurchaseTotals, sold: ProductSales, *, now_us: int, names: Collection[str] = FEATURES
) -> Iterator[tuple[str, Feature]]:
    """Yield the features in `names`, in the order of FEATURES, with values for all purchases: (n,), ≥ 0."""
    if not len(purchases.product):
        return
    for name in FEATURES:
        if name in names:
            yield name, _FEATURE_OF[name](purchases, sold, now_us)


def _share(purchases: PurchaseTotals, _sold: ProductSales, _now_us: int) -> Feature:
    customer_orders = np.maximum(purchases.customer_orders[purchases.buyer], 1)
    return _scaled(purchases.decayed["regular"] / customer_orders, SHARE_UNIT)


def _loyalty(purchases: PurchaseTotals, _sold: ProductSales, _now_us: int) -> Feature:
    loyalty = purchases.loyalty
    rate = (loyalty.orders + PRIOR_BUYERS) / (loyalty.buyers + PRIOR_BUYERS)
    return np.log(rate)[purchases.product].astype(np.float32)


def _decayed_share(purchases: PurchaseTotals, name: str) -> Floats:
    """Return the share of the customer's orders that contain the product, weighted by age: (n,)."""
    return (purchases.decayed[name] + PRIOR_DECAYED) / (
        purchases.customer_decayed[name][purchases.buyer] + 1.0
    )


def _scaled(values: npt.NDArray[np.floating] | Ints, unit: float) -> npt.NDArray[np.float32]:
    return np.log1p(values / unit).astype(np.float32)


_FEATURE_OF: Mapping[str, Callable[[PurchaseTotals, ProductSales, int], Feature]] = {
    "owned": lambda own, _sold, _now: np.ones(len(own.product), np.float32),
    "recent": lambda own, _sold, _now: _scaled(own.decayed["recent"], DECAYED_UNIT),
    "regular": lambda own, _sold, _now: _scaled(own.decayed["regular"], DECAYED_UNIT),
    "count": lambda own, _sold, _now: _scaled(own.orders, 1.0),
    "days_since": lambda own, _sold, now: _scaled(np.maximum(now - own.last_us, 0) / DAY_US, 1.0),
    "share": _share,
    "popular": lambda own, sold, _now: _scaled(sold.recent[own.product], POPULAR_UNIT),
    "total": lambda own, sold, _now: _scaled(sold.total[own.product], TOTAL_UNIT),
    "tens_recent": lambda own, _sold, _now: (own.decayed["recent"] / 10).astype(np.float32),
    "tens_regular": lambda own, _sold, _now: (own.decayed["regular"] / 10).astype(np.float32),
    "tens": lambda own, _sold, _now: (own.orders / 10).astype(np.float32),
    "recent_share": lambda own, _sold, _now: _scaled(_decayed_share(own, "recent"), SHARE_UNIT),
    "regular_share": lambda own, _sold, _now: _scaled(_decayed_share(own, "regular"), SHARE_UNIT),
    "last_share": lambda own, _sold, _now: _scaled(_decayed_share(own, "last"), SHARE_UNIT),
    "loyalty": _loyalty,
    "week": lambda own, sold, _now: _scaled(sold.week[own.product], 1.0),
}
