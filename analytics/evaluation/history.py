"""Orders as arrays, and the cut between those to learn from and those to be asked about."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from scipy import sparse

from engine.moments import EPOCH

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
ANONYMOUS = -1


@dataclass(frozen=True, slots=True)
class History:
    """Order lines: line k says that order `order[k]` holds product `product[k]`, as often as it may.

    Orders are 0 … order_count - 1 by time, products 0 … product_count - 1, which is more than are in
    the lines after a `select`.
    """

    order: Ints  # (n_lines,)
    product: Ints  # (n_lines,)
    placed_us: Ints  # (order_count,) microseconds since 1970-01-01 UTC, ascending
    customer: Ints  # (order_count,) index of the customer, ANONYMOUS where there is none
    product_count: int

    @property
    def order_count(self) -> int:
        """Return the number of orders."""
        return len(self.placed_us)

    def seen(self) -> Flags:
        """Return which products are in a line, (product_count,)."""
        flags = np.zeros(self.product_count, np.bool_)
        flags[self.product] = True
        return flags

    def baskets(self) -> sparse.csr_array[np.float32]:
        """Return presence, float32, (order_count, product_count): 1 where the order holds the product."""
        ones = np.ones(len(self.order), np.float32)
        shape = (self.order_count, self.product_count)
        matrix = sparse.csr_array((ones, (self.order, self.product)), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix

    def select(self, orders: Flags) -> "History":
        """Return the orders where `orders` (order_count,) is true, numbered anew in the same sequence."""
        number = np.cumsum(orders) - 1
        lines = orders[self.order]
        return History(
            order=number[self.order[lines]],
            product=self.product[lines],
            placed_us=self.placed_us[orders],
            customer=self.customer[orders],
            product_count=self.product_count,
        )

    def only(self, products: Flags) -> "History":
        """Return all orders, but only the lines of products where `products` (product_count,) is true."""
        lines = products[self.product]
        return History(
            order=self.order[lines],
            product=self.product[lines],
            placed_us=self.placed_us,
            customer=self.customer,
            product_count=self.product_count,
        )


def last_tenth_us(history: History) -> int:
    """Return the moment from which the last tenth of the orders was placed; 0 without orders.

    Orders of the very same moment are never torn apart: they all belong to the later part.
    """
    if not history.order_count:
        return 0
    return int(history.placed_us[history.order_count * 9 // 10])


def split(history: History, *, before_us: int) -> tuple[History, History]:
    """Return the orders placed before `before_us`, to learn from, and all others, to ask about."""
    is_training = history.placed_us < before_us
    return history.select(is_training), history.select(~is_training)


def moment(microseconds: int) -> str:
    """Return the moment so many microseconds after 1970-01-01 UTC, ISO 8601."""
    return (EPOCH + timedelta(microseconds=int(microseconds))).isoformat()
