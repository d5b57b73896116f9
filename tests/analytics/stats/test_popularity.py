from dataclasses import replace

import pytest

from analytics.stats.popularity import BestSellers, find_best_sellers
from analytics.stats.sales import Sales, to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import sales_of

SETTINGS = LearningSettings()
DAYS_ONLY = replace(SETTINGS, popular_days=7, popular_min_orders=0, popular_min_share=0.0)


def _lists(sales: Sales, settings: LearningSettings = SETTINGS) -> dict[int, list[tuple[int, int]]]:
    found: BestSellers = find_best_sellers(baskets=to_baskets(sales), sales=sales, settings=settings)
    pairs = list(zip(found.product.tolist(), found.orders.tolist(), strict=True))
    return {
        category: pairs[found.starts[i] : found.starts[i + 1]]
        for i, category in enumerate(found.category.tolist())
    }


def test_best_sellers__several_units__count_orders_not_units() -> None:
    lists = _lists(sales_of([[1, 1, 1], [2], [2]]))

    assert lists[0] == [(2, 2), (1, 1)]


def test_best_sellers__equal_counts__are_ordered_by_id() -> None:
    lists = _lists(sales_of([[3, 1, 2]]))

    assert [product for product, _ in lists[0]] == [1, 2, 3]


def test_best_sellers__window__ends_with_the_newest_order() -> None:
    sales = sales_of([[1], [2], [3]], days=[0, 3, 10])

    lists = _lists(sales, DAYS_ONLY)

    # Half-open: the order placed seven days before the newest one is excluded.
    assert lists[0] == [(3, 1)]


def test_best_sellers__one_order_years_after_all_others__does_not_empty_the_list() -> None:
    before = [[1, 2]] * 30 + [[2]] * 20
    days = list(range(50))

    lists = _lists(sales_of([*before, [9]], days=[*days, 3000]))

    assert lists[0] == [(2, 50), (1, 30), (9, 1)]


@pytest.mark.parametrize(
    ("min_orders", "min_share", "products"),
    [
        (0, 0.0, [9]),
        (2, 0.0, [4, 9]),
        (0, 0.4, [4, 9]),  # two of five
        (0, 0.41, [3, 4, 9]),  # rounded up
        (2, 0.6, [3, 4, 9]),  # the larger of the two
        (100, 1.0, [1, 2, 3, 4, 9]),
    ],
)
def test_best_sellers__few_recent_orders__extends_the_window(
    min_orders: int, min_share: float, products: list[int]
) -> None:
    sales = sales_of([[1], [2], [3], [4], [9]], days=[0, 1, 2, 3, 3000])
    settings = replace(DAYS_ONLY, popular_min_orders=min_orders, popular_min_share=min_share)

    lists = _lists(sales, settings)

    assert lists[0] == [(product, 1) for product in products]


def test_best_sellers__orders_at_the_start_of_the_window__all_count() -> None:
    sales = sales_of([[1], [2], [3], [9]], days=[0, 1, 1, 3000])

    lists = _lists(sales, replace(DAYS_ONLY, popular_min_orders=2))

    assert lists[0] == [(2, 1), (3, 1), (9, 1)]


def test_best_sellers__more_recent_orders_than_needed__all_count() -> None:
    sales = sales_of([[1], [2], [3]], days=[4, 5, 10])

    lists = _lists(sales, replace(DAYS_ONLY, popular_min_orders=1))

    assert lists[0] == [(1, 1), (2, 1), (3, 1)]


def test_best_sellers__category__includes_subcategories() -> None:
    # Category 10 contains 11, which contains 12.
    sales = sales_of(
        [[1, 2], [2], [3], [4]],
        product_category={1: 10, 2: 12, 3: 11},
        parents={10: 0, 11: 10, 12: 11},
    )

    lists = _lists(sales)

    assert lists[10] == [(2, 2), (1, 1), (3, 1)]
    assert lists[11] == [(2, 2), (3, 1)]
    assert lists[12] == [(2, 2)]
    assert lists[0] == [(2, 2), (1, 1), (3, 1), (4, 1)]


def test_best_sellers__category_without_sales__has_no_list() -> None:
    lists = _lists(sales_of([[1]], product_category={1: 10, 2: 11}, parents={10: 0, 11: 0}))

    assert sorted(lists) == [0, 10]


def test_best_sellers__cycle_in_the_tree__terminates() -> None:
    lists = _lists(sales_of([[1]], product_category={1: 10}, parents={10: 11, 11: 10}))

    assert sorted(lists) == [0, 10, 11]


def test_best_sellers__no_orders__is_empty() -> None:
    assert _lists(sales_of([])) == {}
