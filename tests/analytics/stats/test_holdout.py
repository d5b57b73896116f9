from dataclasses import replace

import numpy as np
import pytest

from analytics.stats.holdout import HIDES, MIN_QUESTIONS, Holdout, hold_out
from analytics.stats.sales import DAY_US, to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import sales_of

SETTINGS = LearningSettings()
BASKETS = [[1, 2, 3, 4, 5], [2, 3], [1, 5, 6], [4]] * 25


def held_out(settings: LearningSettings = SETTINGS, *, hidden: tuple[int, ...] = ()) -> Holdout:
    baskets = to_baskets(sales_of(BASKETS, customers=[7, 8, 0, 7] * 25))
    is_shown = ~np.isin(baskets.product, hidden)
    return hold_out(baskets=baskets, is_shown=is_shown, settings=settings)


def test_holdout__hundred_daily_orders__uses_the_newest_fifth_for_questions() -> None:
    found = held_out()

    assert found.now_us == 80 * DAY_US
    assert found.training.placed_us.max() < found.now_us
    assert len(found.training.order) == 80
    # Five of the twenty newest contain a single product, so nothing else would be known.
    assert found.basket_count == 15


@pytest.mark.parametrize(
    ("single_share", "held_out_share"), [(0.0, 0.1), (0.1, 1000 / 6000 / 0.9), (0.9, 0.2)]
)
def test_holdout__orders_of_one_product__extend_it_up_to_a_fifth(
    single_share: float, held_out_share: float
) -> None:
    count = 6000 if single_share else 10_000
    singles = round(10 * single_share)
    shop = to_baskets(sales_of([[1] if number % 10 < singles else [1, 2] for number in range(count)]))

    found = hold_out(baskets=shop, is_shown=np.ones(2, np.bool_), settings=SETTINGS)

    assert len(found.training.order) == pytest.approx(count * (1 - held_out_share), abs=10)


def test_holdout__few_baskets__hide_every_product_one_at_a_time() -> None:
    carts = held_out().carts

    contexts = np.split(carts.context, carts.starts[1:-1])
    assert all(relevant not in context for context, relevant in zip(contexts, carts.relevant, strict=True))
    _, asked = np.unique(carts.basket, return_counts=True)
    assert asked.tolist() == [5, 2, 3] * 5


def test_holdout__enough_baskets__hide_a_few_products_of_each() -> None:
    count = 10 * MIN_QUESTIONS // HIDES
    shop = to_baskets(sales_of([[1, 2, 3, 4, 5]] * count))
    is_shown = np.ones(len(shop.product), np.bool_)

    carts = hold_out(baskets=shop, is_shown=is_shown, settings=SETTINGS).carts

    assert set(np.bincount(carts.basket).tolist()) == {HIDES}


def test_holdout__pages__show_one_other_product_of_the_same_basket() -> None:
    found = held_out()

    assert found.pages.sizes.tolist() == [1] * len(found.pages)
    pairs = zip(found.pages.context, found.pages.relevant, strict=True)
    assert all({int(shown), int(hidden)} < set(range(6)) and shown != hidden for shown, hidden in pairs)


def test_holdout__next_baskets__are_those_of_customers_known_before() -> None:
    assert set(held_out().next_baskets.customer.tolist()) == {7, 8}


def test_holdout__hidden_product__is_in_neither_part() -> None:
    found = held_out(hidden=(2,))

    position = 1  # of product 2
    assert position not in found.training.cells
    assert position not in found.carts.relevant
    assert position not in found.carts.context


def test_holdout__more_orders_than_the_limit__uses_the_newest() -> None:
    found = held_out(replace(SETTINGS, fit_cells=60))

    assert len(found.training.cells) < 60
    assert found.training.placed_us.min() > 70 * DAY_US


def test_holdout__seed__determines_the_questions() -> None:
    one, same, other = (held_out(replace(SETTINGS, fit_seed=seed)) for seed in (1, 1, 2))

    assert one.carts.relevant.tolist() == same.carts.relevant.tolist()
    assert one.carts.relevant.tolist() != other.carts.relevant.tolist()


def test_holdout__no_orders__has_no_questions() -> None:
    baskets = to_baskets(sales_of([]))

    found = hold_out(baskets=baskets, is_shown=np.ones(0, np.bool_), settings=SETTINGS)

    assert (found.basket_count, len(found.carts), len(found.next_baskets)) == (0, 0, 0)
