from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.learn import learn
from analytics.stats.settings import LearningSettings
from engine.learned.generations import GenerationData
from tests.analytics.stats import strategies
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings()


def _bytes(data: GenerationData) -> list[bytes]:
    return [
        data.partners.tobytes(),
        data.popular.tobytes(),
        data.purchases.tobytes(),
        data.products.tobytes(),
    ]


@given(baskets=strategies.baskets, seed=st.integers(0, 99))
def test_learn__lines_in_another_sequence__gives_the_same_bytes(baskets: list[Basket], seed: int) -> None:
    sales = sales_of(baskets, customers=[order % 3 for order in range(len(baskets))])
    shuffled = np.random.default_rng(seed).permutation(len(sales.line_order))
    mixed = replace(sales, line_order=sales.line_order[shuffled], line_product=sales.line_product[shuffled])

    first, second = (learn(sales=each, settings=SETTINGS).data for each in (sales, mixed))

    assert _bytes(first) == _bytes(second)


def test_learn__three_orders__fills_the_generation() -> None:
    sales = sales_of([[10, 20], [10, 20, 30], [20]], customers=[1, 0, 2], days=[1, 2, 3])

    data = learn(sales=sales, settings=SETTINGS).data

    assert data.data_until == datetime(1970, 1, 4, tzinfo=UTC)
    assert (data.order_count, data.line_count, data.pair_count) == (3, 6, 1)
    assert data.products.tolist() == [10, 20]
    assert data.partner_starts.tolist() == [0, 1, 2]
    assert data.customers.tolist() == [1, 2]
    partner = data.partners[0]
    assert (partner["product"], partner["orders"]) == (20, 2)
    assert partner["score"] == pytest.approx((2**-0.5 + 3**-0.5) / (2**0.75 * 3**0.3))
    assert (data.counted_order_count, data.product_orders.tolist()) == (3, [2, 3])


def test_learn__no_orders__gives_an_empty_generation() -> None:
    data = learn(sales=sales_of([]), settings=SETTINGS).data

    assert data.data_until is None
    assert (len(data.products), len(data.categories), len(data.customers)) == (0, 0, 0)
    assert (data.partner_starts.tolist(), data.popular_starts.tolist()) == ([0], [0])


def test_learn__progress__reports_each_stage() -> None:
    stages: list[str] = []

    learn(sales=sales_of([[1, 2]]), settings=SETTINGS, on_progress=lambda stage, *_: stages.append(stage))

    assert list(dict.fromkeys(stages)) == ["index", "fit", "count", "popularity", "histories"]
