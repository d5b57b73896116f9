"""The input and output of all counting engines: which products share orders, and the weight of each pair.

The presence and the weight of an order are combined in one 64-bit integer: the upper bits, from `shift` on,
count the orders that contain a pair; the lower bits sum their weights in whole steps. Integer sums do not
depend on the order of addition, so all engines give the same results, bit for bit, however they divide the
work.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.sales import Baskets
from analytics.stats.settings import LearningSettings

Ranks = npt.NDArray[np.int32]

# Two counts and one weight share 62 bits; 30 bits resolve a billionth of the heaviest order.
PACKED_BITS = 62
MAX_WEIGHT_BITS = 30


@dataclass(frozen=True, slots=True)
class Packing:
    """How the presence and the weight of an order become one integer."""

    shift: int  # presence is counted from this bit on
    step: float  # weight of the lowest bit

    @classmethod
    def of(cls, *, max_orders: int, max_weight: float) -> Self:
        """Return a packing for at most `max_orders` orders with a product and weights up to `max_weight`."""
        count_bits = max_orders.bit_length()
        weight_bits = min(MAX_WEIGHT_BITS, PACKED_BITS - 2 * count_bits)
        return cls(count_bits + weight_bits, (max_weight or 1.0) / (1 << weight_bits))

    def pack(self, weights: Floats) -> Ints:
        """Return one integer for each order, with its weight rounded to whole steps: (n_orders,)."""
        return np.rint(weights / self.step).astype(np.int64) + (1 << self.shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProblem:
    """Orders and products to count. Products are ranked by orders: rank 0 is in most orders.

    Products in fewer than `minimum` orders are left out, because none of their pairs can reach it. If only
    some lists are wanted, the products with those come first.
    """

    starts: Ints  # (n_orders + 1,) order o is cells[starts[o]:starts[o + 1]]
    cells: Ranks  # (n_cells,) ranks, without duplicates in an order
    packed: Ints  # (n_orders,) 1 << shift, plus the order's weight in steps
    shift: int
    product: Ints  # (n_ranks,) product position of each rank; ties by the lower one
    own_factor: Floats  # (n_ranks,) factors of a score: steps × own_factor of the product
    partner_factor: Floats  # (n_ranks,) × partner_factor of the partner
    minimum: int  # orders that must contain a pair
    limit: int  # partners kept for each product

    @property
    def rank_count(self) -> int:
        """Return the number of ranked products."""
        return len(self.product)


@dataclass(frozen=True, slots=True)
class TopLists:
    """The best partners of each rank, by rank, best first; ties by the lower product position."""

    counts: Ints  # (n_ranks,) number of partners of each rank
    partner: Ints  # (n,) product positions
    score: Floats  # (n,)
    orders: Ints  # (n,) orders that contain both
    directed_pair_count: int  # pairs that reach the minimum, each counted twice


def build_problem(
    *,
    baskets: Baskets,
    weights: Floats,
    is_counted: Flags,
    settings: LearningSettings,
    is_wanted: Flags | None = None,
) -> tuple[PairProblem, Ints]:
    """Return the problem, and the number of counted orders that contain each product: (n_products,).

    weights: (n_orders,), each ≥ 0; is_counted: (n_orders,), which orders are counted; is_wanted:
    (n_products,), which products come first.
    """
    cells, sizes, counted_weights = baskets.cells, baskets.sizes, weights
    if not is_counted.all():
        cells = cells[np.repeat(is_counted, sizes)]
        sizes, counted_weights = sizes[is_counted], weights[is_counted]
    orders = np.bincount(cells, minlength=len(baskets.product)).astype(np.int64)
    product, rank = rank_products(orders, minimum=settings.pair_min_orders, is_wanted=is_wanted)
    ranks = rank[cells]
    is_kept = ranks >= 0
    # No basket is empty, so each segment of `reduceat` is one basket.
    kept_sizes = np.add.reduceat(is_kept, np.cumsum(sizes) - sizes, dtype=np.int64)
    packing = Packing.of(
        max_orders=int(orders.max(initial=1)), max_weight=float(counted_weights.max(initial=0.0))
    )
    problem = PairProblem(
        starts=np.concatenate([[0], np.cumsum(kept_sizes)]),
        cells=ranks[is_kept],
        packed=packing.pack(counted_weights),
        shift=packing.shift,
        product=product,
        **factors_of(orders[product], packing=packing, settings=settings),
        minimum=settings.pair_min_orders,
        limit=settings.partner_limit,
    )
    return problem, orders


def factors_of(orders: Ints, *, packing: Packing, settings: LearningSettings) -> dict[str, Floats]:
    """Return the factors that turn steps into scores, from the orders that contain each rank: (n_ranks,)."""
    damping = orders.astype(np.float64)
    return {
        "own_factor": damping**-settings.own_exponent * packing.step,
        "partner_factor": damping**-settings.partner_exponent,
    }


def rank_products(orders: Ints, *, minimum: int, is_wanted: Flags | None = None) -> tuple[Ints, Ranks]:
    """Return the product of each rank, and the rank of each product, −1 below the minimum.

    The most frequent products are next to each other in memory, which keeps them in the processor's cache.
    """
    sold = np.flatnonzero(orders >= max(minimum, 1))
    product = sold[np.argsort(-orders[sold], kind="stable")]
    if is_wanted is not None:
        product = np.concatenate([product[is_wanted[product]], product[~is_wanted[product]]])
    rank = np.full(len(orders), -1, np.int32)
    rank[product] = np.arange(len(product), dtype=np.int32)
    return product, rank
