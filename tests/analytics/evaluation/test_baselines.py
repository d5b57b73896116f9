from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation import baselines
from analytics.evaluation.questions import Question
from tests.analytics.evaluation.shop import history

NOBODY = frozenset[int]()
BASKETS = [(0, 1), (0, 1, 2), (1, 2), (0, 3), (0, 1), (2, 3), (1, 2, 3), (0, 2), (0, 1, 3), (4, 0)]
SETS = st.lists(st.sets(st.integers(0, 6), min_size=1).map(sorted), min_size=1, max_size=20)


def silent(_more: int) -> None:
    """Report nothing."""


def ranked(counts: Counter[int]) -> list[int]:
    return [product for product, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))]


def test_popularity__products_of_the_context__are_skipped_and_ties_ordered_by_index() -> None:
    # Number of orders: product 0 in seven, 1 in six, 2 in five, 3 in four, 4 in one.
    answers = baselines.popularity(history(BASKETS), [Question(0, (0,), NOBODY)], silent)

    assert answers == [[1, 2, 3, 4]]


@given(SETS)
def test_copurchase_count__any_orders__matches_counting_one_by_one(orders: list[list[int]]) -> None:
    context = tuple(orders[0][:2])

    (answer,) = baselines.copurchase_count(
        history(orders, product_count=7), [Question(0, context, NOBODY)], silent
    )

    together = Counter(
        product for known in context for order in orders if known in order for product in order
    )
    assert answer == [product for product in ranked(together) if product not in context]


@given(SETS)
def test_customer_copurchase_count__any_orders__uses_all_purchases_of_the_customer(
    orders: list[list[int]],
) -> None:
    shop = history(orders, customers=[number % 2 for number in range(len(orders))], product_count=7)

    (answer,) = baselines.customer_copurchase_count(shop, [Question(0, (), NOBODY, customer=0)], silent)

    owned = {product for order in orders[::2] for product in order}
    together = Counter(product for known in owned for order in orders if known in order for product in order)
    assert answer == ranked(together)


def test_own_purchases__known_customer__counts_only_their_orders() -> None:
    shop = history([(0, 1), (1, 2), (3,), (3, 4)], customers=[7, 7, 8, 8])

    answers = baselines.own_purchases(shop, [Question(0, (), NOBODY, customer=7)], silent)

    assert answers == [[1, 0, 2]]


@pytest.mark.parametrize(
    ("scores", "best"), [([], []), ([0, 0], []), ([1, 3, 3, 2], [1, 2]), ([0, 1, 0], [1])]
)
def test_best_of__scores__returns_the_highest_above_zero(scores: list[float], best: list[int]) -> None:
    assert baselines.best_of(np.array(scores, np.float32), limit=2) == best
