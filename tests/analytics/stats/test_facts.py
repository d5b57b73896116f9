from dataclasses import astuple
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import blocks
from analytics.stats.arrays import Ints
from analytics.stats.facts import LearnedFacts, learn_facts
from engine.learned.facts import (
    COMFORT,
    DUE,
    INTERVAL_SOURCES,
    NO_DAY,
    NOTHING,
    SEGMENTS,
    FactsData,
)
from engine.learned.generations import Records
from tests.analytics.stats.priced_shop import CHINA, CUP, DRINKS, JPY, POT, TEA, USD, PricedShop

AKI, BEN = 7, 9


def _learn(shop: PricedShop) -> LearnedFacts:
    learned = learn_facts(shop.sales)
    assert learned is not None
    return learned


def _shop() -> PricedShop:
    """Return tea sold to Aki every ten days at five prices, a pot to Ben, a cup to an anonymous customer."""
    shop = PricedShop(stock={POT: 40})
    for visit, price in enumerate((480, 490, 500, 510, 520)):
        shop.sell((TEA, 2, price), customer=AKI, day=100 + 10 * visit)
    shop.sell((POT, 1, 3000), customer=BEN, day=50)
    shop.sell((CUP, 1, 900), day=140)
    return shop


def _list_of(starts: Ints, records: Records, customer: int) -> list[object]:
    return records[starts[customer] : starts[customer + 1]].tolist()  # type: ignore[no-any-return]


def test_facts__small_shop__describe_each_customer() -> None:
    data = _learn(_shop()).data.customers

    assert (data.customers.tolist(), data.currency) == ([AKI, BEN], "JPY")
    assert [SEGMENTS[segment] for segment in data.segment.tolist()] == ["loyal", "attention"]
    assert (data.first_day.tolist(), data.last_day.tolist()) == ([100, 50], [140, 50])
    assert data.order_count.tolist() == [5, 1]
    assert (data.spent.tolist(), data.average_order.tolist()) == ([5000, 3000], [1000, 3000])
    assert _list_of(data.category_starts, data.categories, 0) == [(DRINKS, 140)]
    assert _list_of(data.category_starts, data.categories, 1) == [(CHINA, 50)]


def test_facts__small_shop__contain_comfort_bands_and_due_products() -> None:
    data = _learn(_shop()).data.customers

    assert _list_of(data.comfort_starts, data.comfort, 0) == [(DRINKS, 484, 500, 516, 5)]
    chance = np.float32((4 + 2 * 4 / 5) / (4 + 2))  # four of four own returns, 2 × the return rate 4 / 5
    assert _list_of(data.due_starts, data.due, 0) == [
        (TEA, 150, 5, chance, 10, INTERVAL_SOURCES.index("customer"))
    ]
    assert data.next_due_day.tolist() == [150, NO_DAY]
    assert _list_of(data.comfort_starts, data.comfort, 1) == []
    assert _list_of(data.due_starts, data.due, 1) == []


def test_facts__small_shop__describe_each_product() -> None:
    data = _learn(_shop()).data.products

    assert data.products.tolist() == [TEA, CUP, POT]
    assert data.recent_units.tolist() == [10, 1, 0]
    assert data.last_sold_day.tolist() == [140, 140, 50]
    assert data.is_slow.tolist() == [False, False, True]
    assert data.interval_days.tolist() == [0, 0, 0]


def test_facts__too_few_customers__have_no_forecast() -> None:
    data = _learn(_shop()).data.customers

    assert np.isnan(data.expected_orders).all()
    assert data.lifetime_value.tolist() == [NOTHING, NOTHING]


@pytest.mark.numeric
def test_facts__many_customers__expect_more_from_frequent_recent_ones() -> None:
    shop = PricedShop()
    for customer in range(1, 121):
        for visit in range(1 + customer % 12):
            shop.sell((TEA, 1, 400 + customer), customer=customer, day=visit * 20 + customer % 7)

    data = _learn(shop).data.customers

    once, often = data.customers % 12 == 0, data.customers % 12 == 11
    assert data.expected_orders[once].max() < data.expected_orders[often].min()
    assert (data.lifetime_value[often] > data.lifetime_value[once].max()).all()
    assert (data.active_rate >= 0).all() and (data.active_rate <= 1).all()  # noqa: PT018 (one range)


def test_facts__orders_in_another_currency__count_without_amounts() -> None:
    shop = _shop()
    shop.sell((POT, 1, 30), customer=BEN, day=140, currency=USD)
    shop.sell((POT, 1, 30), customer=3, day=140, currency=USD)

    data = _learn(shop).data.customers

    assert data.order_count.tolist() == [1, 5, 2]
    assert data.spent.tolist() == [0, 5000, 3000]
    assert data.average_order.tolist() == [NOTHING, 1000, 3000]


def test_facts__implausible_orders__change_nothing_and_are_counted() -> None:
    shop = _shop()
    before = _learn(shop).data.customers
    shop.sell((TEA, 1_000_000, 2**53 - 1), customer=BEN, day=50)
    shop.sell((TEA, 1_000_000, 500), day=140)

    learned = _learn(shop)
    after = learned.data.customers

    assert (learned.counts["absurd_price_lines"], learned.counts["absurd_quantity_lines"]) == (1, 2)
    assert learned.counts["capped_orders"] == 1
    assert after.spent.tolist() == before.spent.tolist()
    assert after.comfort.tolist() == before.comfort.tolist()


def test_facts__no_orders__are_empty() -> None:
    learned = _learn(PricedShop())

    assert len(learned.data.customers.customers) == 0
    assert learned.data.products.last_sold_day.tolist() == [NO_DAY] * 3
    assert (learned.data.customers.comfort.dtype, learned.data.customers.due.dtype) == (COMFORT, DUE)


def assert_same(one: FactsData, other: FactsData) -> None:
    for mine, theirs in (
        *zip(astuple(one.customers), astuple(other.customers), strict=True),
        *zip(astuple(one.products), astuple(other.products), strict=True),
    ):
        is_fraction = isinstance(mine, np.ndarray) and mine.dtype.kind == "f"
        assert np.array_equal(mine, theirs, equal_nan=is_fraction)


orders = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from([TEA, CUP, POT]), st.integers(1, 3), st.integers(0, 5000))),
        st.integers(0, 4),
        st.integers(-400, 400),
        st.sampled_from([JPY, USD]),
    ),
    max_size=40,
)


@given(orders=orders)
def test_facts__orders_in_another_sequence__give_the_same_bytes(
    orders: list[tuple[list[tuple[int, int, int]], int, int, int]],
) -> None:
    shop, backwards = PricedShop(), PricedShop()
    for one, sequence in ((shop, orders), (backwards, orders[::-1])):
        for lines, customer, day, currency in sequence:
            one.sell(*lines, customer=customer, day=day, currency=currency)

    assert_same(_learn(shop).data, _learn(backwards).data)


@given(orders=orders)
def test_facts__small_blocks__give_the_same_bytes(
    orders: list[tuple[list[tuple[int, int, int]], int, int, int]],
) -> None:
    shop = PricedShop()
    for lines, customer, day, currency in orders:
        shop.sell(*lines, customer=customer, day=day, currency=currency)
    whole = _learn(shop).data

    with mock.patch.object(blocks, "BLOCK_LINES", 3):
        in_blocks = _learn(shop).data

    assert_same(whole, in_blocks)
