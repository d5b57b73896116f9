"""A shop with prices and stock, for tests of facts about customers and products."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.stats.arrays import Ints
from analytics.stats.sales import DAY_US, Sales, SalesDetails

USD, JPY = (int.from_bytes(code, "big") for code in (b"USD", b"JPY"))
TEA, CUP, POT = 1, 2, 3
DRINKS, CHINA = 10, 20


@dataclass
class PricedShop:
    """Tea in the category drinks, cups and pots in china; `sell` adds orders."""

    orders: list[tuple[int, int, int]] = field(default_factory=list)
    lines: list[tuple[int, int, int, int]] = field(default_factory=list)
    catalogue: dict[int, int] = field(default_factory=lambda: {TEA: 500, CUP: 900, POT: 3000})
    stock: dict[int, int] = field(default_factory=dict)
    replenishment_days: dict[int, int] = field(default_factory=dict)

    def sell(
        self, *lines: tuple[int, int, int], customer: int = 0, day: int = 0, currency: int = JPY
    ) -> None:
        """Add an order; each line is a product, a quantity and a unit price."""
        self.orders.append((customer, day, currency))
        self.lines += [(len(self.orders), *line) for line in lines]

    @property
    def details(self) -> SalesDetails:
        products = list(self.catalogue)
        lines, orders = _table(self.lines, 4), _table(self.orders, 3)
        return SalesDetails(
            line_quantity=lines[2],
            line_price=lines[3],
            order_currency=orders[2],
            product_price=np.array(list(self.catalogue.values()), np.int64),
            product_currency=np.full(len(products), JPY),
            product_stock=np.array([self.stock.get(product, -1) for product in products]),
            product_listed_day=np.zeros(len(products), np.int64),
            product_replenishment_days=np.array([self.replenishment_days.get(p, 0) for p in products]),
        )

    @property
    def sales(self) -> Sales:
        lines, orders = _table(self.lines, 4), _table(self.orders, 3)
        return Sales(
            line_order=lines[0],
            line_product=lines[1],
            order=np.arange(1, len(self.orders) + 1),
            placed_us=orders[1] * DAY_US,
            customer=orders[0],
            product=np.array(list(self.catalogue), np.int64),
            product_category=np.array([DRINKS, CHINA, CHINA][: len(self.catalogue)]),
            category=np.array([DRINKS, CHINA]),
            category_parent=np.zeros(2, np.int64),
            details=self.details,
        )


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, np.int64).reshape(-1, width).T
