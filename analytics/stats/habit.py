"""What a customer's own purchases say about buying the same again.

A customer's purchases of one product are summed up in a few figures: how often, how often of late (orders
that count half after 30 or 120 days), how long ago, in what share of the customer's orders, and how well the
product sells to everybody. All are on a logarithmic scale; how often, on a linear one too, in tens of orders,
where a staple bought a hundred times stands out. A `HabitScore` adds them up with fitted weights.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analytics.stats.evidence import Floats
from analytics.stats.sales import DAY_US, Baskets, Ints
from offers.scoring import POPULAR_UNIT

HALF_LIVES_DAYS = {"recent": 30.0, "regular": 120.0}
# What counts as one on each scale: a tenth of an order, three in a thousand of the customer's orders, …
FADED_UNIT, SHARE_UNIT, TOTAL_UNIT = 0.1, 0.003, 10.0
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
)


@dataclass(frozen=True, slots=True)
class Purchases:
    """Who bought what: pairs of a known customer and a product, by customer, then by product."""

    customer: Ints  # (k,) ids, ascending
    orders_of: Ints  # (k,) orders of each
    buyer: Ints  # (n,) positions in `customer`, ascending
    product: Ints  # (n,) product positions
    orders: Ints  # (n,) orders of the customer that hold it
    last_us: Ints  # (n,) when the last of them was placed
    faded: Mapping[str, Floats]  # of each half-life (n,): orders, each halved as it ages


@dataclass(frozen=True, slots=True)
class HabitScore:
    """A weight for each figure; the default is the customer's own frequency with a half-life."""

    weights: Mapping[str, float] = field(default_factory=lambda: {"regular": 1.0})

    def of(self, purchases: Purchases, sold: "Sold", *, now_us: int) -> npt.NDArray[np.float32]:
        """Return the score of each purchase: (n,); one figure is in memory at a time."""
        score = np.zeros(len(purchases.product), np.float32)
        for name, figure in figures_of(purchases, sold, now_us=now_us):
            if weight := self.weights.get(name, 0.0):
                score += np.float32(weight) * figure
        return score


@dataclass(frozen=True, slots=True)
class Sold:
    """How well each product sells: orders that hold it, (n_products,)."""

    recent: Ints  # of the recent window
    total: Ints


def find_purchases(*, baskets: Baskets, now_us: int) -> Purchases:
    """Sum up who bought what; orders of nobody known are passed over. Ages run until `now_us`."""
    is_known = baskets.customer > 0
    customer, orders_of = np.unique(baskets.customer[is_known], return_counts=True)
    cell_is_known = np.repeat(is_known, baskets.sizes)
    buyers = np.repeat(np.searchsorted(customer, baskets.customer), baskets.sizes)[cell_is_known]
    width = max(len(baskets.product), 1)
    keys = buyers * width + baskets.cells[cell_is_known]
    placed = np.repeat(baskets.placed_us, baskets.sizes)[cell_is_known]
    by_key = np.argsort(keys, kind="stable")
    keys, placed = keys[by_key], placed[by_key]
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    buyer, product = np.divmod(keys[firsts], width)
    if not len(firsts):
        return Purchases(customer, orders_of, buyer, product, firsts, firsts, {})
    ages_days = (np.maximum(now_us - placed, 0) / DAY_US).astype(np.float32)
    return Purchases(
        customer=customer,
        orders_of=orders_of,
        buyer=buyer,
        product=product,
        orders=np.diff(np.append(firsts, len(keys))),
        last_us=np.maximum.reduceat(placed, firsts),
        faded={
            name: np.add.reduceat(np.float32(0.5) ** (ages_days / np.float32(days)), firsts)
            for name, days in HALF_LIVES_DAYS.items()
        },
    )


def figures_of(
    purchases: Purchases, sold: Sold, *, now_us: int
) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """Yield each of FIGURES with its value of every purchase: (n,), each ≥ 0."""
    if not len(purchases.product):
        return
    faded, product = purchases.faded, purchases.product
    share = faded["regular"] / np.maximum(purchases.orders_of[purchases.buyer], 1)
    yield "owned", np.ones(len(product), np.float32)
    yield "recent", _scaled(faded["recent"], FADED_UNIT)
    yield "regular", _scaled(faded["regular"], FADED_UNIT)
    yield "count", _scaled(purchases.orders, 1.0)
    yield "days_since", _scaled(np.maximum(now_us - purchases.last_us, 0) / DAY_US, 1.0)
    yield "share", _scaled(share, SHARE_UNIT)
    yield "popular", _scaled(sold.recent[product], POPULAR_UNIT)
    yield "total", _scaled(sold.total[product], TOTAL_UNIT)
    yield "tens_recent", (faded["recent"] / 10).astype(np.float32)
    yield "tens_regular", (faded["regular"] / 10).astype(np.float32)
    yield "tens", (purchases.orders / 10).astype(np.float32)


def _scaled(values: npt.NDArray[np.floating] | Ints, unit: float) -> npt.NDArray[np.float32]:
    return np.log1p(values / unit).astype(np.float32)
