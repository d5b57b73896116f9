import numpy as np
import pytest

from analytics.stats.link_parameters import LinkParameters
from analytics.stats.links import ScoredLinks, find_links
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings(pair_min_orders=1)
BOTH = LinkParameters(method="both", ridge=2.0, ease_share=0.5, size_exponent=0.0)


def links_by(parameters: LinkParameters, *, limit: int = 8) -> ScoredLinks:
    rng = np.random.default_rng(3)
    orders: list[Basket] = [
        (1 + rng.choice(8, size=rng.integers(1, 5), replace=False)).tolist() for _ in range(60)
    ]
    return find_links(
        baskets=to_baskets(sales_of(orders)), settings=SETTINGS, parameters=parameters, limit=limit
    )


def scores_of(links: ScoredLinks) -> dict[tuple[int, int], float]:
    pairs = zip(links.own.tolist(), links.partner.tolist(), strict=True)
    return dict(zip(pairs, links.score.tolist(), strict=True))


def test_links_of_both__equal_shares__average_scores_divided_by_their_medians() -> None:
    co = scores_of(links_by(LinkParameters(size_exponent=0.0)))
    ease = scores_of(links_by(LinkParameters(method="ease", ridge=2.0, size_exponent=0.0)))

    found = scores_of(links_by(BOTH))

    co_unit, ease_unit = np.median(list(co.values())), np.median(list(ease.values()))
    assert found == pytest.approx(
        {
            pair: 0.5 * co.get(pair, 0) / co_unit + 0.5 * ease.get(pair, 0) / ease_unit
            for pair in co.keys() | ease
        }
    )


def test_links_of_both__limit__keeps_the_best_first() -> None:
    links = links_by(BOTH, limit=2)

    assert np.diff(links.starts).max() == 2
    assert all(links.score[start] >= links.score[start + 1] for start in links.starts[:-1])


def test_links__double_breadth__keeps_twice_as_many() -> None:
    assert np.diff(links_by(LinkParameters(breadth=2), limit=2).starts).max() == 4
