"""What changed between two windows of orders, by hand."""

from typing import Any

import numpy as np
import pytest

from analytics.stats.experiments.training_drift import training_drift
from analytics.stats.sales import DAY_US, Sales, SalesDetails

COUNT = 5000


def shop(
    before: tuple[int, int], now: tuple[int, int], *, prices: tuple[int, int] = (100, 100), **changes: Any
) -> Sales:
    """Return a shop with so many orders of each of two products in each window; the products have a category.

    All orders are by guests.
    """
    products = np.repeat([1, 2, 1, 2], [*before, *now])
    windows = np.repeat([0, 1], [sum(before), sum(now)])
    order = np.arange(1, len(products) + 1)
    still = np.zeros(len(order), np.int64)
    details = SalesDetails(
        line_quantity=still + 1,
        line_price=np.where(windows == 0, *prices),
        order_currency=still,
        product_price=np.array([100, 100]),
        product_currency=np.zeros(2, np.int64),
        product_stock=np.full(2, -1),
        product_listed_day=np.zeros(2, np.int64),
        product_replenishment_days=np.zeros(2, np.int64),
    )
    values: dict[str, Any] = {
        "line_order": order,
        "line_product": products,
        "order": order,
        "placed_us": np.where(windows == 0, 10, 38) * DAY_US,
        "customer": still,
        "product": np.array([1, 2]),
        "product_category": np.array([7, 8]),
        "category": np.array([7, 8]),
        "category_parent": np.zeros(2, np.int64),
        "details": details,
    }
    return Sales(**values | changes)


def test_categories__that_moved__have_the_index_of_the_definition() -> None:
    found = training_drift(shop((50 * COUNT, 50 * COUNT), (60 * COUNT, 40 * COUNT)))

    # (.6 - .5) ln(.6 / .5) + (.4 - .5) ln(.4 / .5)
    assert found["categories"] == pytest.approx(0.0405465, abs=1e-4)
    assert found["prices"] == pytest.approx(0, abs=1e-9)
    assert found["customers"] == pytest.approx(0, abs=1e-9)


def test_prices__below_those_of_before__call_for_action() -> None:
    found = training_drift(shop((COUNT, COUNT), (COUNT, COUNT), prices=(100, 120)))
    fallen = training_drift(shop((COUNT, COUNT), (COUNT, COUNT), prices=(100, 80)))

    # One price has one edge: what costs more shares its bin, what costs less does not.
    assert found["prices"] == pytest.approx(0, abs=1e-9)
    assert fallen["prices"] > 0.25


def test_customers__by_their_earlier_orders__are_guests_new_and_loyal() -> None:
    guests = shop((COUNT, 0), (COUNT, 0)).customer
    # In the second window, all orders are the first ones of customers.
    customer = np.where(np.arange(len(guests)) < COUNT, 0, np.arange(len(guests)))

    found = training_drift(shop((COUNT, 0), (COUNT, 0), customer=customer))

    assert found["customers"] > 0.25
    assert found["categories"] == pytest.approx(0, abs=1e-9)


def test_windows__with_few_orders__are_not_judged() -> None:
    assert training_drift(shop((10, 0), (0, 10))) == {}
    empty = np.zeros(0, np.int64)
    nothing = shop((0, 0), (0, 0), line_order=empty)
    assert training_drift(nothing) == {}
