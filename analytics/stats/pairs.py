"""The question that every engine answers: which products share orders, and what each pair is worth.

An order's weight and its presence travel in one 64-bit integer: the orders that hold a pair are counted
above `shift` bits, their weights are summed below, in whole steps of `1 / unit`. Whole numbers add up to the
same sum in any order, so that all engines agree to the last bit, however they divide the work.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats
from analytics.stats.sales import Baskets, Ints
from analytics.stats.settings import LearningSettings

Ranks = npt.NDArray[np.int32]

# Two counts and one weight share 62 bits; 30 bits weigh to a billionth of the heaviest order.
PACKED_BITS = 62
MAX_WEIGHT_BITS = 30


@dataclass(frozen=True, slots=True)
class Packing:
    """How presence and weight of an order become one integer."""

    shift: int  # presence is counted from this bit on
    step: float  # what the last bit of a weight is worth

    @classmethod
    def of(cls, *, most: int, heaviest: float) -> Self:
        """Leave room for `most` orders that hold a product, and take `heaviest` for the largest weight."""
        count_bits = most.bit_length()
        weight_bits = min(MAX_WEIGHT_BITS, PACKED_BITS - 2 * count_bits)
        return cls(count_bits + weight_bits, (heaviest or 1.0) / (1 << weight_bits))

    def pack(self, weights: Floats) -> Ints:
        """Return one integer for each order, its weight rounded to whole steps."""
        return np.rint(weights / self.step).astype(np.int64) + (1 << self.shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProblem:
    """Orders and products worth counting. A product is its rank: 0 is in the most orders.

    Products in fewer than `minimum` orders are left out: no pair of theirs can reach it.
    """

    starts: Ints  # (n_orders + 1,) order o is cells[starts[o]:starts[o + 1]]
    cells: Ranks  # (n_cells,) ranks, each once in an order
    packed: Ints  # (n_orders,) 1 << shift, plus the order's weight in steps
    shift: int
    product: Ints  # (n_ranks,) the caller's product position of each rank; equal scores go by the lower
    own_factor: Floats  # (n_ranks,) what a pair's steps are multiplied with as the product's,
    partner_factor: Floats  # (n_ranks,) and then as the partner's, to give its score
    minimum: int  # orders that must hold a pair
    limit: int  # partners kept of each product

    @property
    def rank_count(self) -> int:
        """Return how many products are left."""
        return len(self.product)


@dataclass(frozen=True, slots=True)
class TopLists:
    """Each rank's best partners, by rank, best first; equal scores by the lower product position."""

    counts: Ints  # (n_ranks,) partners of each rank
    partner: Ints  # (n,) product positions
    score: Floats  # (n,)
    orders: Ints  # (n,) orders that hold both
    directed_pair_count: int  # pairs that reach the minimum, each twice


def build_problem(
    *, baskets: Baskets, weights: Floats, is_counted: npt.NDArray[np.bool_], settings: LearningSettings
) -> tuple[PairProblem, Ints]:
    """Return the problem, and the counted orders that hold each product: (n_products,).

    weights: (n_orders,), each ≥ 0; is_counted: (n_orders,), which orders take part.
    """
    cells, sizes, counted_weights = baskets.cells, baskets.sizes, weights
    if not is_counted.all():
        cells = cells[np.repeat(is_counted, sizes)]
        sizes, counted_weights = sizes[is_counted], weights[is_counted]
    orders = np.bincount(cells, minlength=len(baskets.product)).astype(np.int64)
    product, rank = rank_products(orders, minimum=settings.pair_min_orders)
    ranks = rank[cells]
    is_kept = ranks >= 0
    # No basket is empty, so each sum is its own.
    kept_sizes = np.add.reduceat(is_kept, np.cumsum(sizes) - sizes, dtype=np.int64)
    packing = Packing.of(most=int(orders.max(initial=1)), heaviest=float(counted_weights.max(initial=0.0)))
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
    """Return what turns a pair's steps into its score, from the orders that hold each rank: (n_ranks,)."""
    damping = orders.astype(np.float64)
    return {
        "own_factor": damping**-settings.own_exponent * packing.step,
        "partner_factor": damping**-settings.partner_exponent,
    }


def rank_products(orders: Ints, *, minimum: int) -> tuple[Ints, Ranks]:
    """Return the product of each rank, and each product's rank, −1 below the minimum.

    The few products that most orders hold then lie side by side, where a processor keeps them at hand.
    """
    sold = np.flatnonzero(orders >= max(minimum, 1))
    product = sold[np.argsort(-orders[sold], kind="stable")]
    rank = np.full(len(orders), -1, np.int32)
    rank[product] = np.arange(len(product), dtype=np.int32)
    return product, rank
