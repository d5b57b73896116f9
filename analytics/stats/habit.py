"""What a customer's own purchases say about buying the same again.

A customer's purchases of one product are summed up in a few figures: how often, how often of late (orders
that count half after 30 or 120 days, or after ten further orders), how long ago, in what share of the
customer's orders, how well the product sells to everybody, and how often who buys it buys it again. All are
on a logarithmic scale; how often, on a linear one too, in tens of orders, where a staple bought a hundred
times stands out. A `HabitScore` adds them up with fitted weights.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analytics.stats.evidence import Floats
from analytics.stats.medians import runs_of, sorted_in_groups
from analytics.stats.popularity import recent_counts
from analytics.stats.ranking import ranks_in_groups
from analytics.stats.sales import DAY_US, Baskets, Ints
from analytics.stats.settings import LearningSettings
from engine.learned.scoring import POPULAR_UNIT

# A figure of every purchase: (n,), each ≥ 0.
Figure = npt.NDArray[np.float32]

HALF_LIVES_DAYS = {"recent": 30.0, "regular": 120.0}
HALF_LIFE_ORDERS = 10.0
WEEK_DAYS = 7
# What counts as one on each scale: a tenth of an order, three in a thousand of the customer's orders, …
FADED_UNIT, SHARE_UNIT, TOTAL_UNIT = 0.1, 0.003, 10.0
# A share of few orders is drawn to almost nothing; the rate of a product with few buyers, to buying once.
PRIOR_FADED, PRIOR_BUYERS = 0.05, 5.0
# The names of the figures, in the order of their columns.
FIGURES = (
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
    """How often who buys a product buys it, over all known customers: (n_products,) each."""

    buyers: Ints
    orders: Ints


@dataclass(frozen=True, slots=True)
class Purchases:
    """Who bought what: pairs of a known customer and a product, by customer, then by product."""

    customer: Ints  # (k,) ids, ascending
    orders_of: Ints  # (k,) orders of each
    buyer: Ints  # (n,) positions in `customer`, ascending
    product: Ints  # (n,) product positions
    orders: Ints  # (n,) orders of the customer that hold it
    last_us: Ints  # (n,) when the last of them was placed
    faded: Mapping[str, Floats]  # of each half-life, and "last" (n,): orders, each halved as it ages
    faded_of: Mapping[str, Floats]  # of each customer (k,): all their orders, in the same way
    loyalty: Loyalty


@dataclass(frozen=True, slots=True)
class HabitScore:
    """A weight for each figure; the default is the customer's own frequency with a half-life."""

    weights: Mapping[str, float] = field(default_factory=lambda: {"regular": 1.0})

    @property
    def used(self) -> dict[str, float]:
        """Return the weights that weigh."""
        return {name: weight for name, weight in self.weights.items() if weight}

    def of(self, purchases: Purchases, sold: "Sold", *, now_us: int) -> npt.NDArray[np.float32]:
        """Return the score of each purchase: (n,); one figure is in memory at a time."""
        score = np.zeros(len(purchases.product), np.float32)
        weights = self.used
        for name, figure in figures_of(purchases, sold, now_us=now_us, names=weights):
            score += np.float32(weights[name]) * figure
        return score


@dataclass(frozen=True, slots=True)
class Sold:
    """How well each product sells: orders that hold it, (n_products,)."""

    recent: Ints  # of the recent window
    total: Ints
    week: Ints  # of the newest WEEK_DAYS


def find_sold(baskets: Baskets, settings: LearningSettings) -> Sold:
    """Count what sells; the newest order ends the windows."""
    newest_us = int(baskets.placed_us.max(initial=0))
    is_of_week = baskets.placed_us > newest_us - WEEK_DAYS * DAY_US
    width = len(baskets.product)
    return Sold(
        recent=recent_counts(baskets, settings),
        total=np.bincount(baskets.cells, minlength=width),
        week=np.bincount(baskets.cells[np.repeat(is_of_week, baskets.sizes)], minlength=width),
    )


def find_purchases(*, baskets: Baskets, now_us: int, loyalty: Loyalty | None = None) -> Purchases:
    """Sum up who bought what; orders of nobody known are passed over. Ages run until `now_us`.

    loyalty: of all customers, where the baskets are only some of theirs.
    """
    is_known = baskets.customer > 0
    customer, orders_of = np.unique(baskets.customer[is_known], return_counts=True)
    buyer_of = np.searchsorted(customer, baskets.customer)
    keys, orders = _bought(baskets, is_known, buyer_of)
    firsts, order_counts = runs_of(keys)
    buyer, product = np.divmod(keys[firsts], max(len(baskets.product), 1))
    del keys
    fading = _fading(baskets, now_us=now_us)
    known_buyer = buyer_of[is_known]
    return Purchases(
        customer=customer,
        orders_of=orders_of,
        buyer=buyer,
        product=product,
        orders=order_counts,
        last_us=np.maximum.reduceat(baskets.placed_us[orders], firsts),
        faded={name: np.add.reduceat(worth[orders], firsts) for name, worth in fading.items()},
        faded_of={
            name: np.bincount(known_buyer, weights=worth[is_known]).astype(np.float64)
            for name, worth in fading.items()
        },
        loyalty=loyalty or _loyalty_of(product, order_counts, product_count=len(baskets.product)),
    )


def find_loyalty(baskets: Baskets) -> Loyalty:
    """Count who bought each product, and in how many orders; orders of nobody known are passed over."""
    is_known = baskets.customer > 0
    keys, _ = _bought(baskets, is_known, np.unique(baskets.customer, return_inverse=True)[1])
    firsts, order_counts = runs_of(keys)
    product = keys[firsts] % max(len(baskets.product), 1)
    return _loyalty_of(product, order_counts, product_count=len(baskets.product))


def _bought(baskets: Baskets, is_known: npt.NDArray[np.bool_], buyer_of: Ints) -> tuple[Ints, Ints]:
    """Return buyer × products + product of each cell of a known customer's, ascending, and its order."""
    cell_is_known = np.repeat(is_known, baskets.sizes)
    keys = np.repeat(buyer_of * max(len(baskets.product), 1), baskets.sizes)[cell_is_known]
    keys += baskets.cells[cell_is_known]
    orders = np.repeat(np.arange(len(baskets.order)), baskets.sizes)[cell_is_known]
    return sorted_in_groups(group=keys, figure=orders)


def _loyalty_of(product: Ints, orders: Ints, *, product_count: int) -> Loyalty:
    """Sum up purchases, (n,) each, that are one a customer and product."""
    bought = np.bincount(product, weights=orders, minlength=product_count)
    return Loyalty(np.bincount(product, minlength=product_count), bought.astype(np.int64))


def _fading(baskets: Baskets, *, now_us: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return what each order counts, (n_orders,), 0 … 1: by its age, and as "last" by the later orders."""
    ages_days = (np.maximum(now_us - baskets.placed_us, 0) / DAY_US).astype(np.float32)
    ages = {name: ages_days / np.float32(days) for name, days in HALF_LIVES_DAYS.items()}
    by_customer = np.lexsort((-baskets.placed_us, baskets.customer))
    _, group = np.unique(baskets.customer[by_customer], return_inverse=True)
    later = np.empty(len(by_customer), np.float32)
    later[by_customer] = ranks_in_groups(group, group_count=int(group.max(initial=-1)) + 1)
    ages["last"] = later / np.float32(HALF_LIFE_ORDERS)
    return {name: np.float32(0.5) ** age for name, age in ages.items()}


def figures_of(
    purchases: Purchases, sold: Sold, *, now_us: int, names: Collection[str] = FIGURES
) -> Iterator[tuple[str, Figure]]:
    """Yield those of FIGURES that are named with their values of every purchase: (n,), each ≥ 0."""
    if not len(purchases.product):
        return
    for name in FIGURES:
        if name in names:
            yield name, _FIGURE_OF[name](purchases, sold, now_us)


def _share(purchases: Purchases, _sold: Sold, _now_us: int) -> Figure:
    orders_of = np.maximum(purchases.orders_of[purchases.buyer], 1)
    return _scaled(purchases.faded["regular"] / orders_of, SHARE_UNIT)


def _loyalty(purchases: Purchases, _sold: Sold, _now_us: int) -> Figure:
    loyalty = purchases.loyalty
    rate = (loyalty.orders + PRIOR_BUYERS) / (loyalty.buyers + PRIOR_BUYERS)
    return np.log(rate)[purchases.product].astype(np.float32)


def _faded_share(purchases: Purchases, name: str) -> Floats:
    """Return in what share of the customer's orders the product is, the older orders counting less: (n,)."""
    return (purchases.faded[name] + PRIOR_FADED) / (purchases.faded_of[name][purchases.buyer] + 1.0)


def _scaled(values: npt.NDArray[np.floating] | Ints, unit: float) -> npt.NDArray[np.float32]:
    return np.log1p(values / unit).astype(np.float32)


_FIGURE_OF: Mapping[str, Callable[[Purchases, Sold, int], Figure]] = {
    "owned": lambda own, _sold, _now: np.ones(len(own.product), np.float32),
    "recent": lambda own, _sold, _now: _scaled(own.faded["recent"], FADED_UNIT),
    "regular": lambda own, _sold, _now: _scaled(own.faded["regular"], FADED_UNIT),
    "count": lambda own, _sold, _now: _scaled(own.orders, 1.0),
    "days_since": lambda own, _sold, now: _scaled(np.maximum(now - own.last_us, 0) / DAY_US, 1.0),
    "share": _share,
    "popular": lambda own, sold, _now: _scaled(sold.recent[own.product], POPULAR_UNIT),
    "total": lambda own, sold, _now: _scaled(sold.total[own.product], TOTAL_UNIT),
    "tens_recent": lambda own, _sold, _now: (own.faded["recent"] / 10).astype(np.float32),
    "tens_regular": lambda own, _sold, _now: (own.faded["regular"] / 10).astype(np.float32),
    "tens": lambda own, _sold, _now: (own.orders / 10).astype(np.float32),
    "recent_share": lambda own, _sold, _now: _scaled(_faded_share(own, "recent"), SHARE_UNIT),
    "regular_share": lambda own, _sold, _now: _scaled(_faded_share(own, "regular"), SHARE_UNIT),
    "last_share": lambda own, _sold, _now: _scaled(_faded_share(own, "last"), SHARE_UNIT),
    "loyalty": _loyalty,
    "week": lambda own, sold, _now: _scaled(sold.week[own.product], 1.0),
}
