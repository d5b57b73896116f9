from analytics.evaluation.history import ANONYMOUS
from analytics.evaluation.questions import HIDES, MAX_BASKETS, Question, draw_questions
from tests.analytics.evaluation.shop import history


def test_questions__product_not_in_training__is_never_used() -> None:
    training, test = history([(0, 1), (1, 2)]), history([(0, 4), (0, 1, 4)])

    carts, _strangers, pages, _next = draw_questions(training, test, seed=1)

    assert {question.basket for question in carts.questions} == {1}
    assert all(4 not in {*q.context, *q.relevant} for q in (*carts.questions, *pages.questions))


def test_questions__basket_of_five__hides_three_different_items_one_at_a_time() -> None:
    basket = (0, 1, 2, 3, 4)

    carts, _strangers, pages, _next = draw_questions(history([basket]), history([basket]), seed=1)

    assert len({question.relevant for question in carts.questions}) == HIDES == 3
    assert all(set(q.context) | q.relevant == set(basket) for q in carts.questions)
    assert all(len(q.context) == 1 and q.relevant.isdisjoint(q.context) for q in pages.questions)
    assert [q.relevant for q in carts.questions] == [q.relevant for q in pages.questions]


def test_questions__basket_of_two__hides_each_once() -> None:
    carts, _strangers, _pages, _next = draw_questions(history([(0, 1)]), history([(0, 1)]), seed=1)

    assert sorted(q.context for q in carts.questions) == [(0,), (1,)]


def test_questions__next_basket__is_for_customers_seen_in_training() -> None:
    training = history([(0, 1), (2,)], customers=[7, ANONYMOUS])
    test = history([(0, 2), (1,), (2,)], customers=[7, 8, ANONYMOUS])

    _carts, _strangers, _pages, baskets = draw_questions(training, test, seed=1)

    assert baskets.questions == [Question(0, (), frozenset({0, 2}), customer=7)]


def test_questions__next_basket_of_a_single_product__is_skipped() -> None:
    training, test = history([(0, 1)], customers=[7]), history([(0,), (0, 1)], customers=[7, 7])

    *_others, baskets = draw_questions(training, test, seed=1)

    assert [question.basket for question in baskets.questions] == [1]


def test_questions__carts__are_used_with_and_without_their_customer() -> None:
    orders = history([(0, 1, 2)], customers=[7])

    carts, strangers, _pages, _next = draw_questions(orders, orders, seed=1)

    assert {question.customer for question in carts.questions} == {7}
    assert {question.customer for question in strangers.questions} == {ANONYMOUS}
    assert [q.context for q in carts.questions] == [q.context for q in strangers.questions]


def test_questions__same_seed__are_the_same() -> None:
    training = test = history([(0, 1, 2, 3, 4)] * 20)

    assert draw_questions(training, test, seed=3) == draw_questions(training, test, seed=3)


def test_questions__different_seed__are_different() -> None:
    training = test = history([(0, 1, 2, 3, 4)] * 20)

    assert draw_questions(training, test, seed=3) != draw_questions(training, test, seed=4)


def test_questions__many_orders__sample_baskets_from_the_whole_period() -> None:
    orders = history([(0, 1)] * (MAX_BASKETS + 500), customers=[7] * (MAX_BASKETS + 500))

    sets = draw_questions(orders, orders, seed=0)

    assert [one.basket_count for one in sets] == [MAX_BASKETS] * 3 + [MAX_BASKETS + 500]
    assert all(one.questions[-1].basket > MAX_BASKETS for one in sets)
