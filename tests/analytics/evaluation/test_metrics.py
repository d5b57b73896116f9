from math import sqrt
from statistics import stdev

import pytest

from analytics.evaluation.metrics import Estimate, estimate, hit, ndcg, score
from analytics.evaluation.questions import Question


@pytest.mark.parametrize(
    ("relevant", "answer", "gain"),
    [
        ({1}, [1, 2, 3], 1.0),
        ({3}, [1, 2, 3], 0.5),  # 1 / log2(4)
        ({7}, [1, 2, 3, 4, 5, 6, 7], 1 / 3),  # 1 / log2(8)
        ({9}, [1, 2, 3], 0.0),
        ({1, 2}, [2, 1], 1.0),
        ({1, 2}, [3, 1], 0.386853),  # 0.630930 / (1 + 0.630930)
        ({1, 2, 3}, [4, 5, 2], 0.234639),  # 0.5 / (1 + 0.630930 + 0.5)
        (set(), [1], 0.0),
    ],
)
def test_ndcg__ranked_answers__discounts_by_rank(relevant: set[int], answer: list[int], gain: float) -> None:
    assert ndcg(relevant, answer, 10) == pytest.approx(gain, abs=1e-6)


def test_ndcg__more_relevant_products_than_ranks__can_still_be_one() -> None:
    assert ndcg(set(range(50)), range(10), 10) == pytest.approx(1.0)


def test_hit__relevant_product_at_rank_six__counts_for_ten_but_not_for_five() -> None:
    assert hit({6}, [1, 2, 3, 4, 5, 6], 5) == 0.0
    assert hit({6}, [1, 2, 3, 4, 5, 6], 10) == 1.0


def test_estimate__one_value_per_basket__is_the_textbook_standard_error() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0]

    result = estimate(values, range(5))

    assert result.standard_error == pytest.approx(stdev(values) / sqrt(5))


def test_estimate__two_baskets_of_two__sums_within_them_first() -> None:
    # Mean 3/4; residuals 1/4, -3/4 | 1/4, 1/4; sums -1/2, 1/2; sqrt(2/1 * (1/4 + 1/4)) / 4 = 1/4.
    assert estimate([1.0, 0.0, 1.0, 1.0], [0, 0, 1, 1]) == Estimate(0.75, 0.25)


def test_estimate__values_repeated_within_a_basket__do_not_reduce_the_error() -> None:
    values = [0.0, 1.0, 1.0, 0.0]

    repeated = estimate(
        [value for value in values for _ in range(3)], [n for n in range(4) for _ in range(3)]
    )

    assert repeated.standard_error == pytest.approx(estimate(values, range(4)).standard_error)


def test_estimate__no_values__is_none() -> None:
    assert estimate([], []) == Estimate(None, None)


def test_estimate__one_basket__has_no_standard_error() -> None:
    assert estimate([1.0, 0.0], [4, 4]) == Estimate(0.5, None)


def test_score__two_questions__counts_hits_and_each_shown_product_once() -> None:
    questions = [Question(0, (), frozenset({1})), Question(1, (), frozenset({2}))]

    scores = score(questions, [[1, 3], [3]], product_count=4)

    assert scores.hit_rate_5 == scores.hit_rate_10 == scores.ndcg_10 == Estimate(0.5, 0.5)
    assert scores.coverage_10 == 0.5


def test_score__eleventh_answer__does_not_count() -> None:
    scores = score([Question(0, (), frozenset({10}))], [list(range(11))], product_count=20)

    assert scores.hit_rate_10.mean == scores.ndcg_10.mean == 0.0
    assert scores.coverage_10 == 0.5
