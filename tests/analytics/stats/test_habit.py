import numpy as np
import pytest

from analytics.stats.habit import FEATURES, count_product_sales, features_of, find_purchase_totals
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import Basket, sales_of


def features(baskets: list[Basket], *, customers: list[int], days: list[int]) -> dict[str, list[float]]:
    """Return each feature of each purchase, by customer, then by product, at the newest order."""
    shop = to_baskets(sales_of(baskets, customers=customers, days=days))
    now_us = int(shop.placed_us.max())
    purchases = find_purchase_totals(baskets=shop, now_us=now_us)
    sold = count_product_sales(shop, LearningSettings())
    return {name: feature.tolist() for name, feature in features_of(purchases, sold, now_us=now_us)}


def test_features__any_purchase__are_named_and_in_order() -> None:
    found = features([[1], [1, 2]], customers=[7, 7], days=[1, 2])

    assert tuple(found) == FEATURES
    assert {len(values) for values in found.values()} == {2}


def test_loyalty__product_bought_again__is_higher_than_for_one_bought_once() -> None:
    found = features([[1, 2], [1], [1, 2], [1]], customers=[7, 7, 8, 8], days=[1, 2, 3, 4])

    # Product 1: 4 orders of 2 buyers, with a prior of 5 buyers who buy once: ln(9 / 7). Product 2: ln(7 / 7).
    assert found["loyalty"] == pytest.approx([np.log(9 / 7), 0, np.log(9 / 7), 0])


def test_last_share__ten_orders_ago__counts_half_regardless_of_days() -> None:
    found = features([[1], *[[2]] * 10], customers=[7] * 11, days=list(range(1, 12)))

    # 0.5 divided by the weight of 11 orders, Σ 0.5 ** (k / 10), on a scale with a unit of 0.003.
    all_orders = sum(0.5 ** (k / 10) for k in range(11))
    assert found["last_share"][0] == pytest.approx(np.log1p((0.5 + 0.05) / (all_orders + 1) / 0.003))


def test_week__orders_older_than_seven_days__are_excluded() -> None:
    found = features([[1], [2]], customers=[7, 7], days=[1, 8])

    assert found["week"] == pytest.approx([0, np.log(2)])
