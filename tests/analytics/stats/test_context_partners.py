import numpy as np

from analytics.stats.context_partners import SharedCandidates, find_context_partners, hits
from analytics.stats.holdout import Questions
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.links import find_links
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import sales_of

COUNTS = LinkParameters(own_exponent=0.0, partner_exponent=0.0, size_exponent=0.0)


def questions_of(*contexts: list[int], relevant: list[int]) -> Questions:
    numbers = np.arange(len(contexts))
    return Questions(
        starts=np.cumsum([0, *map(len, contexts)]),
        context=np.array([product for context in contexts for product in context], np.int64),
        relevant_starts=np.arange(len(contexts) + 1),
        relevant=np.array(relevant),
        customer=np.zeros(len(contexts), np.int64),
        basket=numbers,
    )


def test_context_partners__cart_of_two__sums_its_links_without_the_cart() -> None:
    baskets = to_baskets(sales_of([[1, 2, 3], [1, 2, 3], [1, 3, 4], [2, 4], [1, 4]]))
    links = find_links(
        baskets=baskets, settings=LearningSettings(pair_min_orders=1), parameters=COUNTS, limit=9
    )

    found = find_context_partners(questions=questions_of([0, 1], relevant=[2]), links=links)

    # Product 3 is in three orders with 1 and two with 2; product 4 in two with 1 and one with 2.
    assert found.product.tolist() == [2, 3]
    assert found.sum.tolist() == [5, 3]
    assert found.square.tolist() == [3**2 + 2**2, 2**2 + 1**2]


def test_context_partners__power__is_applied_to_each_score_before_the_sum() -> None:
    baskets = to_baskets(sales_of([[1, 3], [1, 3], [1, 3], [2, 3], [2, 3]]))
    links = find_links(
        baskets=baskets, settings=LearningSettings(pair_min_orders=1), parameters=COUNTS, limit=9
    )

    found = find_context_partners(questions=questions_of([0, 1], relevant=[2]), links=links, power=2.0)

    assert found.sum.tolist() == [3**2 + 2**2]


def test_context_partners__shared_candidates__are_in_every_context_once() -> None:
    baskets = to_baskets(sales_of([[1, 3], [1, 3], [1, 3], [2, 3], [4]]))
    links = find_links(
        baskets=baskets, settings=LearningSettings(pair_min_orders=1), parameters=COUNTS, limit=9
    )
    shared = SharedCandidates(np.array([2, 3]), np.array([1.0, 0.5]))

    found = find_context_partners(
        questions=questions_of([0], [3], relevant=[1, 1]), links=links, shared=shared
    )

    assert found.question.tolist() == [0, 0, 1]
    assert found.product.tolist() == [2, 3, 2]
    assert found.sum.tolist() == [3 + 1, 0.5, 1]


def test_hits__equal_scores__are_ordered_by_product() -> None:
    questions = questions_of([0], [0], relevant=[2, 3])

    found = hits(
        question=np.array([0, 0, 1, 1]),
        product=np.array([2, 3, 2, 3]),
        score=np.ones(4),
        questions=questions,
        depth=1,
    )

    assert found.tolist() == [1, 0]


def test_hits__question_without_an_answer__is_no_hit() -> None:
    none = np.empty(0, np.int64)

    found = hits(
        question=none, product=none, score=np.empty(0), questions=questions_of([0], relevant=[1]), depth=5
    )

    assert found.tolist() == [0]
