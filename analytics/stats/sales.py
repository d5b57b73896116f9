"""The input of the statistics, and the same data indexed by position."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Flags, Ints, LineInts
from analytics.stats.traits import CustomerTraits

# Called with the name of a stage, the steps done and all its steps.
Progress = Callable[[str, int, int], None]

DAY_US = 86_400_000_000
# A lookup table may have at most this many entries per id.
DENSE_GAPS = 4


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesDetails:
    """Money and stock: further columns of the tables in `Sales`, in the same order.

    Amounts are minor units; a currency is a number, see `number_of_currency`.
    """

    line_quantity: LineInts  # (lines,) units ≥ 1
    line_price: Ints  # (lines,) unit price, ≥ 0
    order_currency: Ints  # (orders,)
    product_price: Ints  # (products,)
    product_currency: Ints  # (products,)
    product_stock: Ints  # (products,) units, -1 if not tracked
    product_listed_day: Ints  # (products,) days since 1970-01-01 UTC
    product_replenishment_days: Ints  # (products,) entered by the merchandiser, 0 for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """Orders, lines, products and categories as columns; ids are chosen by the caller, each > 0.

    Lines may be in any order and repeat a product. Lines of unknown orders or products are ignored. Without
    `details` there are no facts about customers and products.
    """

    line_order: LineInts  # (lines,)
    line_product: LineInts  # (lines,)
    order: Ints  # (orders,) each id once
    placed_us: Ints  # (orders,) microseconds since 1970-01-01 UTC
    customer: Ints  # (orders,) 0 for anonymous orders
    product: Ints  # (products,) each id once
    product_category: Ints  # (products,) 0 for none
    category: Ints  # (categories,) each id once
    category_parent: Ints  # (categories,) 0 for a root
    product_hidden: Ints | None = (
        None  # (products,) 1 if never offered to shoppers; None if no product is hidden
    )
    future_order_count: int = 0  # orders dated too far ahead, which are excluded
    details: SalesDetails | None = None
    traits: CustomerTraits | None = None

    def shown_among(self, products: Ints) -> Flags:
        """Return which of these product ids may be offered to shoppers: (n,)."""
        if self.product_hidden is None:
            return np.ones(len(products), np.bool_)
        return ~np.isin(products, self.product[self.product_hidden > 0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Baskets:
    """Which products each order contains, regardless of quantities.

    Products and orders are positions in `product` and `order`, which are ascending. Orders without a known
    product are left out.
    """

    order: Ints  # (n_orders,) ids
    placed_us: Ints  # (n_orders,)
    customer: Ints  # (n_orders,) ids, 0 for anonymous orders
    product: Ints  # (n_products,) ids
    starts: Ints  # (n_orders + 1,) basket o is cells[starts[o]:starts[o + 1]]
    cells: npt.NDArray[np.int32]  # (n_cells,) product positions, ascending within a basket
    repeated_line_count: int = 0  # further lines of a product in the same order

    @property
    def sizes(self) -> Ints:
        """Return the number of products in each order: (n_orders,), each ≥ 1."""
        return np.diff(self.starts)

    @property
    def cell_orders(self) -> Ints:
        """Return the order of each cell, as positions: (n_cells,), ascending."""
        return np.repeat(np.arange(len(self.order)), self.sizes)


def positions_of(ids: LineInts, *, among: Ints) -> tuple[Ints, Flags]:
    """Return the position of each id in `among`, which is ascending, and whether it is in it: (n,) each.

    The position of an unknown id has no meaning. If ids have few gaps, like primary keys, a lookup table is
    used, which is faster than a search.
    """
    if not len(among):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    first, last = int(among[0]), int(among[-1])
    if last - first < DENSE_GAPS * len(among):
        return _look_up(ids, among=among, first=first, last=last)
    positions = np.minimum(np.searchsorted(among, ids), len(among) - 1)
    return positions, among[positions] == ids


def _look_up(ids: LineInts, *, among: Ints, first: int, last: int) -> tuple[Ints, Flags]:
    """Return the same as `positions_of`, from a table with an entry for each number from first to last."""
    table = np.full(last - first + 1, -1)
    table[among - first] = np.arange(len(among))
    is_known = (ids >= first) & (ids <= last)
    positions = table[np.where(is_known, ids, first) - first]
    is_known &= positions >= 0
    positions[~is_known] = 0
    return positions, is_known


def to_baskets(sales: Sales) -> Baskets:
    """Index the sales: ids become positions, and repeated products of an order become one cell."""
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
    """Return a key, order position × products + product position, for each cell, and the number of repeats.

    Keys are ascending, so the order of lines has no influence. They are calculated in place to save memory.
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
    """Return a number for a currency of three ASCII letters, eight bits each."""
    return int.from_bytes(code.encode("ascii"), "big")


def currency_of(number: int) -> str:
    """Return the currency of a number, see `number_of_currency`; empty for 0."""
    return number.to_bytes(3, "big").decode("ascii") if number else ""
