from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import engines
from analytics.stats.compiled import count_compiled
from analytics.stats.copurchase import PartnerLists, find_partners
from analytics.stats.large_orders import choose_orders
from analytics.stats.pairs import PairProblem, build_problem
from analytics.stats.sales import no_progress, to_baskets
from analytics.stats.settings import LearningSettings
from analytics.stats.sparse import count_sparse
from tests.analytics.stats import strategies
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings()


def _find(baskets: list[Basket], settings: LearningSettings = SETTINGS) -> PartnerLists:
    return find_partners(baskets=to_baskets(sales_of(baskets)), settings=settings)


def _problem(baskets: list[Basket]) -> PairProblem:
    indexed = to_baskets(sales_of(baskets))
    problem, _ = build_problem(
        baskets=indexed,
        weights=indexed.sizes.astype(np.float64) ** -0.5,
        is_counted=np.ones(len(indexed.order), np.bool_),
        settings=replace(SETTINGS, partner_limit=3),
    )
    return problem


@pytest.fixture(autouse=True, scope="module")
def no_problem_is_small() -> Iterator[None]:
    """Let the small problems of these tests be counted by each engine under its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "SMALL_PAIR_COUNT", -1)
        yield


def _brute_force(baskets: list[Basket], settings: LearningSettings) -> list[tuple[int, int, int, float]]:
    """Return ranked (own, partner, orders, score) by the definition."""
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


@given(baskets=strategies.baskets, engine=st.sampled_from(["numba", "scipy"]))
def test_partners__any_orders__match_the_definition(baskets: list[Basket], engine: str) -> None:
    found = _find(baskets, replace(SETTINGS, engine=engine))

    expected = _brute_force(baskets, SETTINGS)
    product = to_baskets(sales_of(baskets)).product
    assert sorted(zip(product[found.own], product[found.partner], found.orders, strict=True)) == sorted(
        row[:3] for row in expected
    )
    assert found.score == pytest.approx([row[3] for row in expected])
    assert found.pair_count == len(expected) // 2


@given(
    baskets=strategies.baskets,
    limit=st.integers(1, 5),
    minimum=st.integers(1, 3),
    size_limit=st.integers(1, 7),
    exponents=st.tuples(*[st.sampled_from([0.0, 0.3, 1.0])] * 3),
)
def test_engines__any_orders_and_ties__agree_bit_for_bit(
    baskets: list[Basket], limit: int, minimum: int, size_limit: int, exponents: tuple[float, ...]
) -> None:
    size_exponent, own_exponent, partner_exponent = exponents
    settings = LearningSettings(
        size_exponent=size_exponent,
        own_exponent=own_exponent,
        partner_exponent=partner_exponent,
        partner_limit=limit,
        pair_min_orders=minimum,
        order_size_limit=size_limit,
        large_order_pairs=5,
    )

    compiled, sparse = (_find(baskets, replace(settings, engine=engine)) for engine in ("numba", "scipy"))

    for field in fields(PartnerLists):
        assert np.array_equal(getattr(compiled, field.name), getattr(sparse, field.name))


@given(baskets=strategies.baskets, block_cells=st.integers(1, 40))
def test_sparse_engine__other_block_sizes__give_identical_results(
    baskets: list[Basket], block_cells: int
) -> None:
    problem = _problem(baskets)

    whole = count_sparse(problem, on_progress=no_progress)
    in_parts = count_sparse(problem, on_progress=no_progress, block_cells=block_cells)

    assert np.array_equal(whole.partner, in_parts.partner)
    assert np.array_equal(whole.score, in_parts.score)


@given(baskets=strategies.baskets, stride=st.integers(1, 40))
def test_compiled_engine__other_strides__give_identical_results(baskets: list[Basket], stride: int) -> None:
    problem = _problem(baskets)

    whole = count_compiled(problem, on_progress=no_progress)
    in_parts = count_compiled(problem, on_progress=no_progress, stride_cells=stride)

    assert np.array_equal(whole.counts, in_parts.counts)
    assert np.array_equal(whole.score, in_parts.score)


@given(
    baskets=strategies.baskets,
    weights=st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=25, max_size=25),
)
def test_order_weights__any_weights__are_summed_to_a_billionth_of_the_largest(
    baskets: list[Basket], weights: list[float]
) -> None:
    indexed = to_baskets(sales_of(baskets))
    settings = replace(SETTINGS, own_exponent=0.0, partner_exponent=0.0)
    own = np.array(weights)[indexed.order - 1]

    found = find_partners(baskets=indexed, settings=settings, order_weights=own)

    held = [set(indexed.cells[start:stop]) for start, stop in pairwise(indexed.starts)]
    for product, partner, score in zip(found.own, found.partner, found.score, strict=True):
        exact = sum(own[order] for order, cells in enumerate(held) if {product, partner} <= cells)
        assert score == pytest.approx(exact, abs=len(held) * max(weights) / 2**29)


def test_partners__more_than_the_limit__keeps_the_best() -> None:
    baskets = [[1, partner] for partner in range(2, 7) for _ in range(partner)]

    found = _find(baskets, replace(SETTINGS, partner_limit=2, partner_exponent=0.0))

    assert [p + 1 for p in found.partner[found.own == 0]] == [6, 5]


def test_partners__equal_scores__are_ordered_by_id() -> None:
    found = _find([[1, 2, 3]] * 2, replace(SETTINGS, partner_limit=1))

    assert list(zip(found.own.tolist(), found.partner.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 0)]


def test_large_orders__beyond_the_budget__are_skipped_and_reported() -> None:
    large = list(range(1, 6))
    settings = replace(SETTINGS, order_size_limit=4, large_order_pairs=0)

    found = _find([[1, 2], [1, 2], large, large], settings)

    assert (found.order_count, found.oversized_order_count, found.oversized_pair_count) == (2, 2, 20)
    assert found.pair_count == 1
    assert found.product_orders.tolist() == [2, 2, 0, 0, 0]


def test_large_orders__within_the_budget__are_added_smallest_and_newest_first() -> None:
    huge, older, newer = list(range(1, 8)), list(range(1, 7)), list(range(2, 8))
    baskets = to_baskets(sales_of([huge, newer, older], days=[3, 2, 1]))

    chosen = choose_orders(
        baskets=baskets, settings=replace(SETTINGS, order_size_limit=5, large_order_pairs=15)
    )

    assert chosen.is_counted.tolist() == [False, True, False]
    assert (chosen.left_out_order_count, chosen.left_out_pair_count) == (2, 21 + 15)


def test_large_orders__shop_with_only_large_orders__counts_pairs() -> None:
    found = _find([list(range(1, 8))] * 3, replace(SETTINGS, order_size_limit=5))

    assert (found.oversized_order_count, found.pair_count) == (0, 21)


@given(baskets=strategies.baskets)
def test_pair_counts__any_orders__match_a_pandas_self_join(baskets: list[Basket]) -> None:
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


def test_partners__no_orders__is_empty() -> None:
    found = _find([])

    assert (len(found.own), found.order_count, found.pair_count) == (0, 0, 0)


def test_bad_orders__repeated_or_huge__do_not_change_partners() -> None:
    plain = [[1, 2], [1, 2, 3], [2, 3]]
    mad = [[1] * 1_000_000, list(range(1, 10_001))]
    settings = replace(SETTINGS, large_order_pairs=1_000)
    baskets = to_baskets(sales_of(plain + mad))

    found = find_partners(baskets=baskets, settings=settings)
    usual = _find([*plain, [1]], settings)

    assert baskets.repeated_line_count == 999_999
    assert (found.oversized_order_count, found.oversized_pair_count) == (1, 10_000 * 9_999 // 2)
    assert np.array_equal(found.partner, usual.partner)
    assert np.array_equal(found.score, usual.score)


def test_large_orders__of_a_thousand_products__are_counted_exactly_within_the_budget() -> None:
    found = _find([list(range(1, 1_001))] * 2, replace(SETTINGS, partner_limit=3))

    assert (found.oversized_order_count, found.pair_count) == (0, 1_000 * 999 // 2)
    assert found.partner[:6].tolist() == [1, 2, 3, 0, 2, 3]
