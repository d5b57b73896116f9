import numpy as np
import pytest

from analytics.stats.context_partners import find_context_partners, hits
from analytics.stats.holdout import Holdout, hold_out
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.links import ScoredLinks, find_links
from analytics.stats.popular_candidates import find_category_best_sellers, find_shop_best_sellers
from analytics.stats.question_matrix import LinkTable, QuestionMatrix
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings(pair_min_orders=1)
PRODUCT_COUNT = 30


def asked() -> tuple[Holdout, ScoredLinks]:
    """Return questions about random orders, and the links of three partners of each product."""
    rng = np.random.default_rng(4)
    orders: list[Basket] = [
        (1 + rng.choice(PRODUCT_COUNT, size=rng.integers(1, 7), replace=False)).tolist() for _ in range(400)
    ]
    baskets = to_baskets(sales_of(orders))
    shown = np.ones(len(baskets.product), np.bool_)
    holdout = hold_out(baskets=baskets, is_shown=shown, settings=SETTINGS)
    links = find_links(
        baskets=holdout.training, settings=SETTINGS, parameters=LinkParameters(own_exponent=0.71), limit=3
    )
    return holdout, links


@pytest.mark.parametrize("weight", [0.0, 0.3])
@pytest.mark.parametrize("with_categories", [False, True])
def test_hits__carts_and_pages__are_those_of_a_decision(weight: float, with_categories: bool) -> None:
    holdout, links = asked()
    recent = np.bincount(holdout.training.cells, minlength=PRODUCT_COUNT)
    shared = find_shop_best_sellers(recent, limit=5).fallback(weight)
    category = np.arange(PRODUCT_COUNT) % 4
    sellers = find_category_best_sellers(recent, category) if with_categories else None

    for questions in (holdout.carts, holdout.pages):
        matrix = QuestionMatrix(questions, product_count=PRODUCT_COUNT, category_sellers=sellers)
        found = matrix.hits(LinkTable(links.starts, links.partner, links.score), shared=shared, depth=4)

        expected = find_context_partners(
            questions=questions, links=links, shared=shared, category_sellers=sellers
        )
        expected_hits = hits(
            question=expected.question,
            product=expected.product,
            score=expected.sum,
            questions=questions,
            depth=4,
        )
        assert 0 < found.mean() < 1
        assert found.tolist() == expected_hits.tolist()
