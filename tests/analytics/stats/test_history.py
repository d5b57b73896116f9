from collections import defaultdict
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import blocks
from analytics.stats.habit import HabitScore
from analytics.stats.history import find_histories
from analytics.stats.sales import Sales, to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings()
History = dict[int, list[tuple[int, int, int]]]


def _histories(sales: Sales, settings: LearningSettings = SETTINGS) -> History:
    found = find_histories(baskets=to_baskets(sales), settings=settings)
    rows = list(zip(found.product.tolist(), found.orders.tolist(), found.last_day.tolist(), strict=True))
    return {
        customer: rows[found.starts[i] : found.starts[i + 1]]
        for i, customer in enumerate(found.customer.tolist())
    }


def test_histories__habits__are_ordered_by_frequency_then_recency() -> None:
    sales = sales_of([[1, 2, 3], [1, 3], [2], [4]], customers=[5, 5, 5, 5], days=[1, 2, 3, 4])

    # Of products bought equally often, the one bought last is the stronger habit.
    assert _histories(sales) == {5: [(2, 2, 3), (1, 2, 2), (3, 2, 2), (4, 1, 4)]}


def test_histories__frequency__halves_in_120_days() -> None:
    sales = sales_of([[1], [1], [2]], customers=[5, 5, 5], days=[1, 1, 121])

    found = find_histories(baskets=to_baskets(sales), settings=SETTINGS)

    # Two orders 120 days ago count as one today; ties are ordered by id.
    assert found.product.tolist() == [1, 2]
    assert found.next_score.tolist() == pytest.approx([np.log(1 + 1 / 0.1)] * 2)


def test_histories__more_than_the_limit__keeps_the_strongest() -> None:
    sales = sales_of([[1, 2, 3], [3]], customers=[5, 5])

    assert _histories(sales, replace(SETTINGS, purchase_limit=1)) == {5: [(3, 2, 1)]}


def test_histories__anonymous_orders__are_ignored() -> None:
    assert _histories(sales_of([[1, 2]])) == {}


orders = st.lists(
    st.tuples(st.lists(st.integers(1, 5), max_size=5), st.integers(0, 3), st.integers(0, 9)), max_size=20
)


@given(orders=orders)
def test_histories__any_orders__match_a_plain_count(orders: list[tuple[Basket, int, int]]) -> None:
    days: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for basket, customer, day in orders:
        for product in set(basket) if customer else ():
            days[customer][product].append(day)
    expected = {
        customer: sorted((product, len(seen), max(seen)) for product, seen in bought.items())
        for customer, bought in days.items()
    }

    baskets, customers, on_days = ([order[i] for order in orders] for i in range(3))

    found = _histories(sales_of(baskets, customers=customers, days=on_days))  # type: ignore[arg-type]
    assert {customer: sorted(rows) for customer, rows in found.items()} == expected


def test_histories__many_blocks__give_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    baskets = to_baskets(
        sales_of(
            [[1, 2], [1], [2, 3], [1, 2], [2], [3]], customers=[7, 8, 0, 9, 7, 9], days=[1, 2, 3, 4, 5, 6]
        )
    )
    habit = HabitScore({"loyalty": 1.0, "last_share": 0.5})

    def found() -> list[list[float]]:
        histories = find_histories(baskets=baskets, settings=SETTINGS, cart_habit=habit, next_habit=habit)
        return [getattr(histories, field.name).tolist() for field in fields(histories)]

    at_once = found()
    monkeypatch.setattr(blocks, "BLOCK_LINES", 1)

    assert found() == at_once
    assert len(at_once[0]) == 3
