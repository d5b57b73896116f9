from collections import Counter
from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.copurchase import Partners, find_partners
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats import strategies
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings()


def _find(baskets: list[Basket], settings: LearningSettings = SETTINGS) -> Partners:
    return find_partners(baskets=to_baskets(sales_of(baskets)), settings=settings)


def _brute_force(baskets: list[Basket], settings: LearningSettings) -> list[tuple[int, int, int, float]]:
    """Return (own, partner, orders, score) as the definition reads, ranked."""
    sets = [set(basket) for basket in baskets]
    seen = Counter(product for basket in sets for product in basket)
    pairs = Counter(pair for basket in sets for pair in permutations(basket, 2))
    weights: Counter[tuple[int, int]] = Counter()
    for basket in sets:
        for pair in permutations(basket, 2):
            weights[pair] += len(basket) ** -settings.size_exponent
    rows = [
        (own, other, orders, weights[own, other] / seen[own] ** settings.own_exponent
         / seen[other] ** settings.partner_exponent)
        for (own, other), orders in pairs.items() if orders >= settings.pair_min_orders
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row[0], -round(row[3], 12), row[1]))


@given(baskets=strategies.baskets, block_cells=st.integers(1, 40))
def test_partners__any_orders_in_any_blocks__are_those_of_the_definition(
    baskets: list[Basket], block_cells: int
) -> None:
    found = _find(baskets, replace(SETTINGS, block_cells=block_cells))

    expected = _brute_force(baskets, SETTINGS)
    product = to_baskets(sales_of(baskets)).product
    assert sorted(zip(product[found.own], product[found.partner], found.orders, strict=True)) == sorted(
        row[:3] for row in expected
    )
    assert found.score == pytest.approx([row[3] for row in expected])
    assert found.pair_count == len(expected) // 2


@given(baskets=strategies.baskets, block_cells=st.integers(1, 40))
def test_partners__other_blocks__give_the_same_to_the_last_bit(
    baskets: list[Basket], block_cells: int
) -> None:
    whole, in_parts = _find(baskets), _find(baskets, replace(SETTINGS, block_cells=block_cells))

    assert np.array_equal(whole.partner, in_parts.partner)
    assert np.array_equal(whole.score, in_parts.score)


def test_partners__more_than_the_limit__keeps_the_best() -> None:
    baskets = [[1, partner] for partner in range(2, 7) for _ in range(partner)]

    found = _find(baskets, replace(SETTINGS, partner_limit=2, partner_exponent=0.0))

    assert [p + 1 for p in found.partner[found.own == 0]] == [6, 5]


def test_partners__equal_scores__go_by_the_lower_id() -> None:
    found = _find([[1, 2, 3]] * 2, replace(SETTINGS, partner_limit=1))

    assert list(zip(found.own.tolist(), found.partner.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 0)]


def test_partners__order_above_the_size_limit__counts_no_pairs_and_is_reported() -> None:
    large = list(range(1, 6))

    found = _find([[1, 2], [1, 2], large, large], replace(SETTINGS, order_size_limit=4))

    assert (found.order_count, found.oversized_order_count, found.pair_count) == (2, 2, 1)
    assert found.product_orders.tolist() == [2, 2, 0, 0, 0]


@given(baskets=strategies.baskets)
def test_pair_counts__any_orders__are_those_of_a_pandas_self_join(baskets: list[Basket]) -> None:
    lines = pd.DataFrame(
        [(order, product) for order, basket in enumerate(baskets) for product in set(basket)],
        columns=["order", "product"],
        dtype="int64",
    )
    joined = lines.merge(lines, on="order", suffixes=("", "_partner"))
    counts = (
        joined[joined["product"] != joined["product_partner"]].groupby(["product", "product_partner"]).size()
    )

    found = _find(baskets)

    product = to_baskets(sales_of(baskets)).product
    pairs = zip(product[found.own].tolist(), product[found.partner].tolist(), strict=True)
    assert dict(zip(pairs, found.orders.tolist(), strict=True)) == counts[counts >= 2].to_dict()


def test_partners__no_orders__are_none() -> None:
    found = _find([])

    assert (len(found.own), found.order_count, found.pair_count) == (0, 0, 0)
