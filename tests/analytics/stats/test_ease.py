import numpy as np
import pytest
from scipy.optimize import nnls

from analytics.stats import ease
from analytics.stats.ease import Regression, can_use_ease
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import Basket, sales_of

pytestmark = pytest.mark.numeric

SETTINGS = LearningSettings(pair_min_orders=1)
RIDGE = 2.0


def random_baskets() -> list[Basket]:
    rng = np.random.default_rng(3)
    return [rng.choice(8, size=rng.integers(1, 5), replace=False).tolist() for _ in range(60)]


def test_ease__any_shop__matches_a_nonnegative_regression_of_each_product() -> None:
    baskets = [[product + 1 for product in basket] for basket in random_baskets()]
    held = np.array([[float(product in basket) for product in range(1, 9)] for basket in baskets])

    links = Regression(baskets=to_baskets(sales_of(baskets)), settings=SETTINGS).links(
        LinkParameters(method="ease", ridge=RIDGE, size_exponent=0.0), limit=8
    )

    found = np.zeros((8, 8))
    found[links.own, links.partner] = links.score
    for partner in range(8):
        others = np.delete(np.arange(8), partner)
        # A ridge is equivalent to that many additional orders of each product alone.
        more = np.vstack([held[:, others], np.sqrt(RIDGE) * np.eye(7)])
        weights, _ = nnls(more, np.concatenate([held[:, partner], np.zeros(7)]))
        assert found[others, partner] == pytest.approx(weights, abs=2e-3)


def test_ease__product_limit__covers_the_best_sellers() -> None:
    baskets = to_baskets(sales_of([[1, 2], [1, 2], [1, 2, 3], [4, 5]]))
    settings = LearningSettings(pair_min_orders=1, ease_product_limit=2)

    links = Regression(baskets=baskets, settings=settings).links(
        LinkParameters(method="ease", ridge=RIDGE), limit=5
    )

    assert links.is_covered.tolist() == [True, True, False, False, False]
    assert set(zip(links.own.tolist(), links.partner.tolist(), strict=True)) == {(0, 1), (1, 0)}
    assert links.orders.tolist() == [3, 3]


@pytest.mark.parametrize(("limit", "allowed"), [(1, False), (5, True)])
def test_can_use_ease__share_of_sales__decides(limit: int, allowed: bool) -> None:
    baskets = to_baskets(sales_of([[1, 2], [1, 2], [3, 4]]))

    found = can_use_ease(baskets=baskets, settings=LearningSettings(ease_product_limit=limit))

    assert found is allowed


def test_ease__equally_near_candidates__takes_the_lower_products(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ease, "CANDIDATES", 2)
    baskets = to_baskets(sales_of([[1, other] for other in (2, 3, 4, 5)] + [[2, 3], [4, 5]]))

    links = Regression(baskets=baskets, settings=SETTINGS).links(
        LinkParameters(method="ease", ridge=RIDGE), limit=5
    )

    assert set(links.own[links.partner == 0].tolist()) == {1, 2}
