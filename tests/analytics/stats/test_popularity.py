from dataclasses import replace

from analytics.stats.popularity import BestSellers, find_best_sellers
from analytics.stats.sales import Sales, to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import sales_of

SETTINGS = LearningSettings()


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


def test_best_sellers__equal_counts__go_by_the_lower_id() -> None:
    lists = _lists(sales_of([[3, 1, 2]]))

    assert [product for product, _ in lists[0]] == [1, 2, 3]


def test_best_sellers__window__ends_with_the_newest_order() -> None:
    sales = sales_of([[1], [2], [3]], days=[0, 3, 10])

    lists = _lists(sales, replace(SETTINGS, popular_days=7))

    # Half-open: the order placed seven days before the newest is out.
    assert lists[0] == [(3, 1)]


def test_best_sellers__category__covers_the_categories_below() -> None:
    # 10 holds 11, which holds 12.
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


def test_best_sellers__loop_in_the_tree__ends() -> None:
    lists = _lists(sales_of([[1]], product_category={1: 10}, parents={10: 11, 11: 10}))

    assert sorted(lists) == [0, 10, 11]


def test_best_sellers__no_orders__are_none() -> None:
    assert _lists(sales_of([])) == {}
