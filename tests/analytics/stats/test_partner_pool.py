import numpy as np
import pytest

from analytics.stats.link_parameters import LinkParameters
from analytics.stats.links import find_links
from analytics.stats.partner_pool import PartnerPool
from analytics.stats.sales import Baskets, to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings(pair_min_orders=1)
PRODUCT_COUNT = 30


def random_baskets() -> Baskets:
    rng = np.random.default_rng(4)
    orders: list[Basket] = [
        (1 + rng.choice(PRODUCT_COUNT, size=rng.integers(1, 7), replace=False)).tolist() for _ in range(200)
    ]
    return to_baskets(sales_of(orders))


@pytest.mark.parametrize(
    "parameters",
    [
        LinkParameters(),
        LinkParameters(partner_exponent=0.75, own_exponent=0.25, pair_min_orders=2),
        LinkParameters(partner_exponent=0.0, size_exponent=1.0, half_life_days=60.0),
        LinkParameters(breadth=1.5),
    ],
)
def test_links__fewer_products_than_a_pool_keeps__are_those_counted_directly(
    parameters: LinkParameters,
) -> None:
    baskets = random_baskets()
    is_wanted = np.arange(PRODUCT_COUNT) % 3 > 0
    pool = PartnerPool(baskets=baskets, is_wanted=is_wanted, settings=SETTINGS)

    found = pool.links(parameters, limit=4)

    expected = find_links(baskets=baskets, settings=SETTINGS, parameters=parameters, limit=4)
    assert np.diff(found.starts).tolist() == np.where(is_wanted, np.diff(expected.starts), 0).tolist()
    wanted = is_wanted[expected.own]
    by_partner = np.lexsort((expected.partner[wanted], expected.own[wanted]))
    own = np.repeat(np.arange(PRODUCT_COUNT), np.diff(found.starts))
    found_order = np.lexsort((found.partner, own))
    assert found.partner[found_order].tolist() == expected.partner[wanted][by_partner].tolist()
    assert found.score[found_order] == pytest.approx(expected.score[wanted][by_partner], rel=1e-6)


def test_links__no_product_wanted__are_empty() -> None:
    pool = PartnerPool(
        baskets=random_baskets(), is_wanted=np.zeros(PRODUCT_COUNT, np.bool_), settings=SETTINGS
    )

    assert len(pool.links(LinkParameters(), limit=4).partner) == 0
