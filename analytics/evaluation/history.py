"""Orders as arrays, and the cut between those to learn from and those to be asked about."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
ANONYMOUS = -1


@dataclass(frozen=True, slots=True)
class History:
    """Order lines: line k says that order `order[k]` holds product `product[k]`, as often as it may.

    `placed_at` (n_orders,) holds seconds since 1970-01-01 UTC, ascending; `customer` (n_orders,) the
    index of the customer, ANONYMOUS where there is none. Products are 0 … product_count − 1.
    """

    order: Ints
    product: Ints
    placed_at: Ints
    customer: Ints
    product_count: int

    @property
    def order_count(self) -> int:
        """Return the number of orders."""
        return len(self.placed_at)

    def baskets(self) -> sparse.csr_array[np.float32]:
        """Return presence, float32, shape (n_orders, product_count): 1 where the order holds the product."""
        ones = np.ones(len(self.order), np.float32)
        matrix = sparse.csr_array(
            (ones, (self.order, self.product)), shape=(self.order_count, self.product_count)
        )
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix

    def select(self, orders: npt.NDArray[np.bool_]) -> "History":
        """Return the orders where `orders` (n_orders,) is true, numbered anew in the same sequence."""
        number = np.cumsum(orders) - 1
        lines = orders[self.order]
        return History(
            order=number[self.order[lines]],
            product=self.product[lines],
            placed_at=self.placed_at[orders],
            customer=self.customer[orders],
            product_count=self.product_count,
        )

    def without(self, products: npt.NDArray[np.bool_]) -> "History":
        """Return the history without the lines of the products where `products` (product_count,) is true."""
        lines = ~products[self.product]
        return History(
            self.order[lines], self.product[lines], self.placed_at, self.customer, self.product_count
        )


def cut_time(history: History) -> int:
    """Return the moment from which the last tenth of the orders was placed; 0 without orders."""
    if not history.order_count:
        return 0
    return int(history.placed_at[(history.order_count * 9) // 10])


def split(history: History, before: int) -> tuple[History, History]:
    """Return the orders placed before `before` (seconds), to learn from, and the others, to ask about."""
    is_training = history.placed_at < before
    return history.select(is_training), history.select(~is_training)
