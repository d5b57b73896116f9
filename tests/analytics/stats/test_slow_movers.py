import numpy as np
import pytest

from analytics.stats.slow_movers import NEVER, StockFacts, find_slow_movers

TODAY = 1000


def _find(*, stock: int, sold: int, last: int, listed: int = 0) -> StockFacts:
    return find_slow_movers(
        stock=np.array([stock]),
        recent_units=np.array([float(sold)]),
        last_sold_day=np.array([last]),
        listed_day=np.array([listed]),
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("stock", "sold", "last", "cover", "slowness"),
    [
        (56, 56, TODAY, 56, 0.0),  # one a day, stock for 56 days
        (180, 56, TODAY, 180, 0.5),  # stock for half a year
        (360, 56, TODAY, 360, 1.0),
        (9000, 56, TODAY, 9000, 1.0),
        (5, 0, TODAY - 55, NEVER, 0.0),
        (5, 0, TODAY - 84, NEVER, 0.75),  # not sold for 1.5 × 56 days
        (0, 0, TODAY - 500, NEVER, 0.0),  # sold out
        (-1, 0, TODAY - 500, NEVER, 0.0),  # stock is not tracked
        (5, 0, NEVER, NEVER, 1.0),  # never sold
    ],
)
def test_slow_movers__stock_and_sales__determine_slowness(
    stock: int, sold: int, last: int, cover: int, slowness: float
) -> None:
    found = _find(stock=stock, sold=sold, last=last)

    assert found.cover_days.tolist() == [cover]
    assert found.is_slow.tolist() == [slowness > 0]
    assert found.slowness.tolist() == [slowness]


def test_slow_movers__new_product__is_not_slow() -> None:
    assert not _find(stock=100, sold=1, last=TODAY, listed=TODAY - 55).is_slow[0]
    assert not _find(stock=100, sold=0, last=NEVER, listed=TODAY - 55).is_slow[0]
