from math import log2, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation import baselines
from analytics.evaluation.history import ANONYMOUS, History, cut_time, split
from analytics.evaluation.metrics import estimate, hit, ndcg, score
from analytics.evaluation.questions import HIDES, Question, draw_tasks

BASKETS = [(0, 1), (0, 1, 2), (1, 2), (0, 3), (0, 1), (2, 3), (1, 2, 3), (0, 2), (0, 1, 3), (4, 0)]


def history(baskets: list[tuple[int, ...]], customers: list[int] | None = None, products: int = 5) -> History:
    """Return orders placed one second after the other."""
    count = len(baskets)
    return History(
        order=np.array([number for number, items in enumerate(baskets) for _ in items], np.int64),
        product=np.array([product for items in baskets for product in items], np.int64),
        placed_at=np.arange(count, dtype=np.int64),
        customer=np.array(customers or [ANONYMOUS] * count, np.int64),
        product_count=products,
    )


def test_split__no_date__tests_on_the_last_tenth() -> None:
    orders = history(BASKETS)

    training, test = split(orders, cut_time(orders))

    assert (training.order_count, test.order_count) == (9, 1)
    assert test.product.tolist() == [4, 0]
    assert test.order.tolist() == [0, 0]


def test_split__orders_at_the_moment_of_the_cut__are_asked_about() -> None:
    training, test = split(history(BASKETS), before=3)

    assert (training.order_count, test.order_count) == (3, 7)


def test_cut_time__no_orders__is_zero() -> None:
    assert cut_time(history([])) == 0


def test_draw_tasks__product_unseen_in_training__is_neither_context_nor_answer() -> None:
    training, test = history(BASKETS[:5]), history([(0, 4), (0, 1, 4)])

    carts, pages, _next = draw_tasks(training, test, seed=1)

    assert {question.basket for question in carts.questions} == {1}
    assert all(4 not in {*q.context, *q.answers} for q in (*carts.questions, *pages.questions))


def test_draw_tasks__long_basket__hides_three_different_items_one_at_a_time() -> None:
    basket = tuple(range(5))

    carts, pages, _next = draw_tasks(history([basket]), history([basket]), seed=1)

    assert len({question.answers for question in carts.questions}) == HIDES
    assert all(set(q.context) | q.answers == set(basket) for q in carts.questions)
    assert all(len(q.context) == 1 and q.answers.isdisjoint(q.context) for q in pages.questions)


def test_draw_tasks__next_basket__asks_only_about_customers_seen_before() -> None:
    training = history([(0, 1), (2,)], customers=[7, ANONYMOUS])
    test = history([(0, 2), (1,), (2,)], customers=[7, 8, ANONYMOUS])

    _carts, _pages, baskets = draw_tasks(training, test, seed=1)

    assert baskets.questions == [Question(0, (), frozenset({0, 2}), customer=7)]


def test_draw_tasks__same_seed__draws_the_same() -> None:
    training, test = history(BASKETS), history(BASKETS)

    assert draw_tasks(training, test, seed=3) == draw_tasks(training, test, seed=3)


@pytest.mark.parametrize(
    ("right", "answer", "gain"),
    [
        ({1}, [1, 2, 3], 1.0),
        ({3}, [1, 2, 3], 1 / log2(4)),
        ({9}, [1, 2, 3], 0.0),
        ({1, 2}, [1, 2], 1.0),
        ({1, 2}, [3, 1], (1 / log2(3)) / (1 + 1 / log2(3))),
        (set(), [1], 0.0),
    ],
)
def test_ndcg__ranked_answers__discounts_by_place(right: set[int], answer: list[int], gain: float) -> None:
    assert ndcg(frozenset(right), answer, 10) == pytest.approx(gain)


def test_hit__right_answer_below_the_depth__is_none() -> None:
    assert hit(frozenset({6}), [1, 2, 3, 4, 5, 6], 5) == 0.0
    assert hit(frozenset({6}), [1, 2, 3, 4, 5, 6], 10) == 1.0


def test_estimate__one_value_a_cluster__is_the_textbook_standard_error() -> None:
    values = np.array([0.0, 1.0, 1.0, 0.0, 1.0])

    result = estimate(values, np.arange(5))

    assert result.standard_error == pytest.approx(values.std(ddof=1) / sqrt(5))


def test_estimate__values_repeated_in_their_cluster__are_no_more_evidence() -> None:
    values = np.array([0.0, 1.0, 1.0, 0.0])

    repeated = estimate(np.repeat(values, 3), np.repeat(np.arange(4), 3))

    assert repeated.standard_error == pytest.approx(estimate(values, np.arange(4)).standard_error)


def test_estimate__nothing_asked__knows_nothing() -> None:
    result = estimate(np.empty(0), np.empty(0, np.int64))

    assert (result.mean, result.standard_error) == (None, None)


def test_score__answers__counts_each_proposed_product_once() -> None:
    questions = [Question(0, (), frozenset({1})), Question(1, (), frozenset({2}))]

    scores = score(questions, [[1, 3], [3]], product_count=4)

    assert scores.coverage_10 == 0.5
    assert scores.hit_rate_10.mean == 0.5


def test_popularity__context__is_left_out_and_ties_go_by_index() -> None:
    questions = [Question(0, (0,), frozenset())]

    assert baselines.popularity(history(BASKETS), questions, print) == [[1, 2, 3, 4]]


def test_count__known_customer__counts_their_own_orders() -> None:
    orders = history([(0, 1), (1, 2), (3,)], customers=[7, 7, 8])

    assert baselines.count(orders, [Question(0, (), frozenset(), customer=7)], print) == [[1, 0, 2]]


@given(st.lists(st.sets(st.integers(0, 6), min_size=1).map(lambda items: tuple(sorted(items))), min_size=1))
def test_count__any_orders__equals_counting_by_hand(orders: list[tuple[int, ...]]) -> None:
    context = orders[0][:2]

    (answer,) = baselines.count(history(orders, products=7), [Question(0, context, frozenset())], print)

    by_hand = {j: sum(sum(i in o for i in context) for o in orders if j in o) for j in range(7)}
    expected = sorted((j for j in by_hand if by_hand[j] and j not in context), key=lambda j: (-by_hand[j], j))
    assert answer == expected
