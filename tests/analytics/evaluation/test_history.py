import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.history import last_tenth_us, split
from tests.analytics.evaluation.shop import SECOND_US, history

BASKETS = [(0, 1), (0, 1, 2), (1, 2), (0, 3), (0, 1), (2, 3), (1, 2, 3), (0, 2), (0, 1, 3), (4, 0)]


def test_split__last_tenth__is_the_last_of_ten_orders() -> None:
    orders = history(BASKETS)

    training, test = split(orders, before_us=last_tenth_us(orders))

    assert (training.order_count, test.order_count) == (9, 1)
    assert test.product.tolist() == [4, 0]
    assert test.order.tolist() == [0, 0]


def test_split__order_exactly_at_the_cut__is_in_the_test_set() -> None:
    training, test = split(history(BASKETS), before_us=3 * SECOND_US)

    assert training.placed_us.max() == 2 * SECOND_US
    assert test.placed_us.min() == 3 * SECOND_US


def test_split__order_a_microsecond_before_the_cut__is_in_the_training_set() -> None:
    training, _test = split(history(BASKETS), before_us=3 * SECOND_US + 1)

    assert training.placed_us.max() == 3 * SECOND_US


@given(st.integers(-1, 11))
def test_split__any_cut__assigns_every_line_to_one_side(second: int) -> None:
    orders = history(BASKETS)

    training, test = split(orders, before_us=second * SECOND_US)

    assert (training.placed_us < second * SECOND_US).all()
    assert (test.placed_us >= second * SECOND_US).all()
    assert sorted([*training.product, *test.product]) == sorted(orders.product)


def test_last_tenth__orders_at_one_time__stay_together() -> None:
    orders = history(BASKETS)
    orders.placed_us[7:] = orders.placed_us[7]

    training, test = split(orders, before_us=last_tenth_us(orders))

    assert (training.order_count, test.order_count) == (7, 3)


def test_last_tenth__no_orders__is_zero() -> None:
    assert last_tenth_us(history([])) == 0


def test_baskets__product_twice_in_an_order__counts_once() -> None:
    assert history([(1, 1, 2)]).baskets().toarray().tolist() == [[0, 1, 1, 0, 0]]


def test_only__some_products__keeps_orders_that_lose_all_lines() -> None:
    rest = history([(0, 1), (2,)]).only(np.array([True, False, False, False, False]))

    assert rest.product.tolist() == [0]
    assert rest.order_count == 2
