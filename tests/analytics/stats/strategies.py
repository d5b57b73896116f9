"""Small random shops for property tests."""

import numpy as np
from hypothesis import strategies as st

from analytics.stats.sales import DAY_US, Sales

Basket = list[int]


def sales_of(
    baskets: list[Basket],
    *,
    customers: list[int] | None = None,
    days: list[int] | None = None,
    product_category: dict[int, int] | None = None,
    parents: dict[int, int] | None = None,
) -> Sales:
    products = sorted({product for basket in baskets for product in basket} | set(product_category or {}))
    tree = parents or {}
    return Sales(
        line_order=_ints([order for order, basket in enumerate(baskets, 1) for _ in basket]),
        line_product=_ints([product for basket in baskets for product in basket]),
        order=_ints(range(1, len(baskets) + 1)),
        placed_us=_ints([day * DAY_US for day in days or range(len(baskets))]),
        customer=_ints(customers or [0] * len(baskets)),
        product=_ints(products),
        product_category=_ints([(product_category or {}).get(product, 0) for product in products]),
        category=_ints(tree),
        category_parent=_ints(tree.values()),
    )


def _ints(values: object) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(list(values), dtype=np.int64)  # type: ignore[call-overload]


# Few products, so that pairs occur in several orders, and repeated products within a basket.
baskets = st.lists(st.lists(st.integers(1, 8), max_size=7), max_size=25)
