"""What the statistics are learned from, and the same in the dense form they calculate with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
# Ids and quantities of lines, in 32 bits where they fit: there are more lines than anything else.
LineInts = npt.NDArray[np.int32] | Ints
# Called with a stage's name, the steps done and all its steps.
Progress = Callable[[str, int, int], None]

DAY_US = 86_400_000_000
# A table of ids may have so many places for each of them.
DENSE_GAPS = 4


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesDetails:
    """What was paid and what is in stock: columns beside those of `Sales`, of the same length and order.

    Amounts are minor units; a currency is the number that `currency_of` spells.
    """

    line_quantity: LineInts  # (lines,) units ≥ 1
    line_price: Ints  # (lines,) of a unit, ≥ 0
    order_currency: Ints  # (orders,)
    product_price: Ints  # (products,)
    product_currency: Ints  # (products,)
    product_stock: Ints  # (products,) units, -1 where nobody counts them
    product_listed_day: Ints  # (products,) days since 1970-01-01 UTC
    product_replenishment_days: Ints  # (products,) the merchandiser's, 0 where there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """Orders as they were placed, as columns; ids are whatever the caller's are, each > 0.

    Lines may come in any order and repeat a product. A line of an unknown order or product is passed over.
    Without `details` nothing is learned about customers' money and products' stock.
    """

    line_order: LineInts  # (lines,)
    line_product: LineInts  # (lines,)
    order: Ints  # (orders,) each id once
    placed_us: Ints  # (orders,) microseconds since 1970-01-01 UTC
    customer: Ints  # (orders,) 0 where nobody is known
    product: Ints  # (products,) each id once
    product_category: Ints  # (products,) 0 where there is none
    category: Ints  # (categories,) each id once
    category_parent: Ints  # (categories,) 0 at a root
    product_hidden: Ints | None = None  # (products,) 1 where shoppers are not offered it; None: none is
    future_order_count: int = 0  # orders dated too far ahead, which are not among these
    details: SalesDetails | None = None

    def shown_among(self, products: Ints) -> npt.NDArray[np.bool_]:
        """Tell which of these ids shoppers may be offered: (n,)."""
        if self.product_hidden is None:
            return np.ones(len(products), np.bool_)
        return ~np.isin(products, self.product[self.product_hidden > 0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Baskets:
    """Orders on presence: which products each holds, once each, however many units were bought.

    Products and orders are positions in `product` and `order`, which ascend: so position order is id order.
    Orders without a known product are left out.
    """

    order: Ints  # (n_orders,) ids
    placed_us: Ints  # (n_orders,)
    customer: Ints  # (n_orders,) ids, 0 where nobody is known
    product: Ints  # (n_products,) ids
    starts: Ints  # (n_orders + 1,) basket o is cells[starts[o]:starts[o + 1]]
    cells: npt.NDArray[np.int32]  # (n_cells,) product positions, ascending within a basket
    repeated_line_count: int = 0  # lines of a product that the order has another line of

    @property
    def sizes(self) -> Ints:
        """Return how many products each order holds: (n_orders,), each ≥ 1."""
        return np.diff(self.starts)

    @property
    def cell_orders(self) -> Ints:
        """Return the order of each cell, as positions: (n_cells,), ascending."""
        return np.repeat(np.arange(len(self.order)), self.sizes)


def positions_of(ids: LineInts, *, among: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return where each id stands in `among`, which ascends, and whether it stands there at all.

    Where the ids leave few gaps, as primary keys do, a table of them answers faster than a search.
    """
    if not len(among):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    first, last = int(among[0]), int(among[-1])
    if last - first < DENSE_GAPS * len(among):
        return _look_up(ids, among=among, first=first, last=last)
    positions = np.minimum(np.searchsorted(among, ids), len(among) - 1)
    return positions, among[positions] == ids


def _look_up(ids: LineInts, *, among: Ints, first: int, last: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Answer as `positions_of` does, from a table with a place for each number from first to last."""
    table = np.full(last - first + 1, -1)
    table[among - first] = np.arange(len(among))
    is_known = (ids >= first) & (ids <= last)
    positions = table[np.where(is_known, ids, first) - first]
    is_known &= positions >= 0
    positions[~is_known] = 0
    return positions, is_known


def to_baskets(sales: Sales) -> Baskets:
    """Index the sales: ids to positions, repeated products of an order to one cell."""
    by_id = np.argsort(sales.order)
    product = np.sort(sales.product)
    width = max(len(product), 1)
    keys, repeated_line_count = _cell_keys(sales, order=sales.order[by_id], product=product)
    sizes = np.bincount(keys // width, minlength=len(by_id))
    kept = by_id[sizes > 0]
    return Baskets(
        order=sales.order[kept],
        placed_us=sales.placed_us[kept],
        customer=sales.customer[kept],
        product=product,
        starts=np.concatenate([[0], np.cumsum(sizes[sizes > 0])]),
        cells=np.remainder(keys, width, out=keys).astype(np.int32),
        repeated_line_count=repeated_line_count,
    )


def _cell_keys(sales: Sales, *, order: Ints, product: Ints) -> tuple[Ints, int]:
    """Return order position × products + product position of each product of each order, and the repeats.

    They ascend: a sort of integers brings the same cells in the same order whatever the lines' was. Worked in
    place, to take as little memory a line as can be.
    """
    keys, is_known = positions_of(sales.line_order, among=order)
    keys *= len(product)
    products, product_known = positions_of(sales.line_product, among=product)
    keys += products
    del products
    is_known &= product_known
    if not is_known.all():
        keys = keys[is_known]
    keys.sort()
    is_first = np.diff(keys, prepend=-1) > 0
    repeated_count = len(keys) - int(is_first.sum())
    return (keys[is_first] if repeated_count else keys), repeated_count


def number_of_currency(code: str) -> int:
    """Return the number that stands for a currency of three ASCII letters: eight bits each."""
    return int.from_bytes(code.encode("ascii"), "big")


def currency_of(number: int) -> str:
    """Return the currency that a number stands for: its three letters, eight bits each; 0 is none."""
    return number.to_bytes(3, "big").decode("ascii") if number else ""
