"""Orders as arrays, and the split into training and test orders."""

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
    """Order lines: line k means that order `order[k]` contains product `product[k]`.

    Orders are numbered 0 … order_count - 1 by time, products 0 … product_count - 1. After a `select` not all
    products are in the lines.
    """

    order: Ints  # (n_lines,)
    product: Ints  # (n_lines,)
    placed_us: Ints  # (order_count,) microseconds since 1970-01-01 UTC, ascending
    customer: Ints  # (order_count,) index of the customer, or ANONYMOUS
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
        """Return presence, float32, (order_count, product_count): 1 if the order contains the product."""
        ones = np.ones(len(self.order), np.float32)
        shape = (self.order_count, self.product_count)
        matrix = sparse.csr_array((ones, (self.order, self.product)), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix

    def select(self, orders: Flags) -> "History":
        """Return the orders where `orders` (order_count,) is true, renumbered in the same order."""
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
    """Return the time at which the last tenth of the orders starts; 0 without orders.

    Orders placed at the same time are never separated: they all belong to the later part.
    """
    if not history.order_count:
        return 0
    return int(history.placed_us[history.order_count * 9 // 10])


def split(history: History, *, before_us: int) -> tuple[History, History]:
    """Return the training orders, placed before `before_us`, and the test orders, all others."""
    is_training = history.placed_us < before_us
    return history.select(is_training), history.select(~is_training)


def moment(microseconds: int) -> str:
    """Return microseconds since 1970-01-01 UTC as an ISO 8601 time."""
    return (EPOCH + timedelta(microseconds=int(microseconds))).isoformat()
